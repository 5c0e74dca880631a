/** The first file system: one static program, one script, the modules that lead to the disk. */
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { run } from './shell.ts'

const INIT = path.join(import.meta.dirname, 'initrd/init')

/** Below kernel/: whatever may stand between the processor and the root. */
const TO_THE_DISK = [
  /^fs\/(ext4|fat|nls|squashfs)\//,
  /^(lib|crypto|arch)\/.*(crc|xxhash|zstd)[a-z0-9_-]*\.ko/,
  /^drivers\/(ata|block|bus|clk|dma|firmware|gpio|hv|i2c|iommu|mailbox|mfd|mmc|nvme|pci|phy|pinctrl|power|pwm|regulator|reset|scsi|soc|virtio)\//,
  /^drivers\/usb\/(chipidea|common|core|dwc2|dwc3|host|musb|phy|roles|storage|typec)\//,
]

const APPLETS = [
  'sh', 'cat', 'chmod', 'chroot', 'cut', 'dd', 'echo', 'find', 'grep', 'hexdump', 'ln', 'ls', 'mkdir', 'modprobe', 'mount', 'printf',
  'readlink', 'reboot', 'sed', 'sleep', 'sort', 'switch_root', 'umount', 'uname', 'xargs',
] // biome-ignore format: a list of words

/** @param version of the kernel @param work a folder that does not exist */
export function makeInitrd(root: string, version: string, work: string, file: string): void {
  for (const folder of ['bin', 'usr', 'usr/lib', 'dev', 'proc', 'sys', 'root'])
    mkdirSync(path.join(work, folder), { recursive: true })
  // The kernel asks for modules by this path.
  symlinkSync('bin', path.join(work, 'sbin'))
  symlinkSync('usr/lib', path.join(work, 'lib'))
  cpSync(path.join(root, 'usr/bin/busybox'), path.join(work, 'bin/busybox'))
  for (const name of APPLETS) symlinkSync('busybox', path.join(work, 'bin', name))
  cpSync(INIT, path.join(work, 'init'))
  copyModules(path.join(root, 'usr/lib/modules', version), path.join(work, 'usr/lib/modules', version))
  run(['depmod', '-b', path.join(work, 'usr'), version])
  for (const name of [
    'modules.alias.bin',
    'modules.dep.bin',
    'modules.symbols',
    'modules.symbols.bin',
    'modules.builtin.bin',
    'modules.builtin.alias.bin',
    'modules.softdep',
    'modules.weakdep',
    'modules.devname',
  ])
    rmSync(path.join(work, 'usr/lib/modules', version, name), { force: true })
  const names = ['.', ...globSync('**', { cwd: work })].sort()
  const archive = run(['cpio', '--quiet', '-o', '-H', 'newc', '-R', '0:0', '--reproducible'], {
    cwd: work,
    input: `${names.join('\n')}\n`,
  })
  writeFileSync(file, run(['zstd', '-q', '-15', '-c'], { input: archive }))
  rmSync(work, { recursive: true })
}

function copyModules(from: string, to: string): void {
  const needs = new Map(
    readFileSync(path.join(from, 'modules.dep'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [name, rest] = line.split(':')
        return [name!, rest!.trim().split(' ').filter(Boolean)] as const
      }),
  )
  // modules.dep names the whole chain of each module
  for (const [name, needed] of needs)
    if (TO_THE_DISK.some((pattern) => pattern.test(name.replace(/^kernel\//, ''))))
      for (const one of [name, ...needed]) cpSync(path.join(from, one), path.join(to, one))
  for (const name of ['modules.order', 'modules.builtin', 'modules.builtin.modinfo'])
    cpSync(path.join(from, name), path.join(to, name))
}

/** What is on the boot partition: loaders and their settings, the kernel of the first slot. */
import { cpSync, globSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ARCH, type Arch } from './arch.ts'
import { diskIdBytes } from './disk.ts'
import { run } from './shell.ts'

/** One slot's kernel command line. */
export function commandLine(
  arch: Arch,
  diskId: string,
  slot: 'a' | 'b',
  consoles = ARCH[arch].consoles,
): string {
  return [
    ...consoles.map((name) => `console=${name}`),
    `bauta.disk=${diskIdBytes(diskId)}`,
    `bauta.slot=root-${slot}`,
    'quiet',
    'loglevel=3',
    'panic=10',
    // Nothing here hands out memory by promise: a router's memory is counted.
    'mitigations=auto',
  ].join(' ')
}

/** GRUB reads one file wherever it was started from; `slot` is kept in a file of its own, for updates that come later. */
export function grubConfig(arch: Arch, diskId: string): string {
  const serial =
    arch === 'amd64'
      ? 'serial --unit=0 --speed=115200\nterminal_input console serial\nterminal_output console serial\n'
      : ''
  return `# Made by docker/image. Which slot starts is said in slot.cfg.
${serial}set timeout=0
set slot=a
if [ -f /bauta/slot.cfg ]; then source /bauta/slot.cfg; fi
menuentry "Bauta" {
  echo "bauta: starting slot $slot"
  linux /slot-$slot/vmlinuz ${commandLine(arch, diskId, 'a').replace('root-a', 'root-$slot')}
  initrd /slot-$slot/initrd.img
}
`
}

/** Raspberry Pi 4: its firmware is the loader, and reads these two. */
const PI_CONFIG = `# Raspberry Pi 4: the firmware starts the kernel itself.
[all]
arm_64bit=1
enable_uart=1
disable_splash=1
device_tree=bcm2711-rpi-4-b.dtb
kernel=slot-a/vmlinuz
initramfs slot-a/initrd.img followkernel
`

export interface BootParts {
  arch: Arch
  diskId: string
  /** what takeBoot took; texts are written there too */
  from: string
  initrd: string
}

/** @returns path on the boot partition → file here */
export function bootFiles({ arch, diskId, from, initrd }: BootParts): Record<string, string> {
  const written = (name: string, text: string): string => {
    const file = path.join(from, name)
    writeFileSync(file, text)
    return file
  }
  const files: Record<string, string> = {
    [`EFI/BOOT/${ARCH[arch].efi}`]: path.join(from, 'grub.efi'),
    // Where GRUB as Debian builds it looks, on the partition that it was started from.
    'EFI/debian/grub.cfg': written('efi.cfg', 'configfile /bauta/grub.cfg\n'),
    'bauta/grub.cfg': written('grub.cfg', grubConfig(arch, diskId)),
    'slot-a/vmlinuz': path.join(from, 'vmlinuz'),
    'slot-a/initrd.img': initrd,
    'README.txt': written('README.txt', README),
  }
  if (arch === 'arm64') {
    for (const name of globSync('pi/*', { cwd: from })) files[path.basename(name)] = path.join(from, name)
    files['config.txt'] = written('config.txt', PI_CONFIG)
    files['cmdline.txt'] = written(
      'cmdline.txt',
      `${commandLine(arch, diskId, 'a', ['ttyS0,115200', 'tty1'])}\n`,
    )
  }
  return files
}

const README = `Bauta: this partition starts the box.

To erase all settings and begin anew, put an empty file with the name factory-reset here and start the box.
`

/**
 * Takes out of the unpacked packages what starts a kernel, and the kernel: none of it belongs into the root.
 * GRUB's core for a BIOS is made by Debian 13's own grub-mkimage, run with its own libraries whatever this machine has.
 */
export function takeBoot(root: string, arch: Arch, to: string): void {
  mkdirSync(path.join(to, 'pi'), { recursive: true })
  const lib = path.join(root, 'usr/lib')
  const [kernel] = globSync('boot/vmlinuz-*', { cwd: root })
  if (!kernel) throw new Error('Debian’s kernel package brought no /boot/vmlinuz-…')
  cpSync(path.join(root, kernel), path.join(to, 'vmlinuz'))
  cpSync(path.join(lib, ARCH[arch].grub), path.join(to, 'grub.efi'))
  if (arch === 'amd64') makeBiosCore(root, to)
  const board = [
    'raspi-firmware/{start4.elf,fixup4.dat}',
    // device trees of the boards that start without UEFI
    'linux-image-*/broadcom/bcm2711-rpi-4*.dtb',
  ]
  if (arch === 'arm64')
    for (const name of globSync(board, { cwd: lib }))
      cpSync(path.join(lib, name), path.join(to, 'pi', path.basename(name)))
}

function makeBiosCore(root: string, to: string): void {
  const modules = path.join(root, 'usr/lib/grub/i386-pc')
  const libraries = path.join(root, 'usr/lib', ARCH.amd64.multiarch)
  cpSync(path.join(modules, 'boot.img'), path.join(to, 'boot.img'))
  run([
    path.join(libraries, 'ld-linux-x86-64.so.2'),
    '--library-path',
    libraries,
    path.join(root, 'usr/bin/grub-mkimage'),
    '--format=i386-pc',
    `--directory=${modules}`,
    '--prefix=(,gpt2)/bauta',
    `--output=${path.join(to, 'core.img')}`,
    ...[
      'biosdisk',
      'part_gpt',
      'fat',
      'normal',
      'configfile',
      'linux',
      'serial',
      'terminal',
      'echo',
      'test',
      'reboot',
    ],
  ])
}

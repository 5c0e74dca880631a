/**
 * A virtual machine for a test: Debian's kernel over the machine's own files (initramfs.ts), in software emulation, so that it runs
 * wherever QEMU does. It runs one shell script and ends; what the script prints comes back line by line.
 *
 * Network cards are given as QEMU's -netdev values, such as `socket,connect=127.0.0.1:4711` or `tap,fd=3`; they are eth0, eth1 … inside.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { initramfs, ROOT_TAG } from './initramfs.ts'
import { guestKernel } from './kernel.ts'

export interface GuestOptions {
  /** Lines of a POSIX shell script, run as root. */
  script: string
  memoryMb?: number
  processors?: number
  /** Values of QEMU's -netdev, without the id. */
  nics?: readonly string[]
  onLine?: (line: string) => void
  /** Runs QEMU itself elsewhere: `ip netns exec …`. */
  inside?: (argv: string[]) => string[]
  stdio?: ('ignore' | number)[]
}

export interface Guest {
  /** Everything it printed. */
  readonly lines: string[]
  /** Resolves when it has ended. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

const PROGRAM = process.arch === 'arm64' ? 'qemu-system-aarch64' : 'qemu-system-x86_64'
const [MACHINE, CONSOLE] = process.arch === 'arm64' ? ['virt', 'ttyAMA0'] : ['pc', 'ttyS0']

export function startGuest(options: GuestOptions): Guest {
  const kernel = guestKernel()
  const folder = mkdtempSync(path.join(tmpdir(), 'bauta-guest-'))
  const ramdisk = path.join(folder, 'initramfs')
  writeFileSync(ramdisk, initramfs(kernel, options.script))
  const argv = [
    PROGRAM,
    ...['-machine', MACHINE!, '-accel', 'tcg,thread=multi', '-cpu', 'max'],
    ...['-smp', String(options.processors ?? 2), '-m', String(options.memoryMb ?? 768)],
    ...['-display', 'none', '-serial', 'stdio', '-monitor', 'none', '-no-reboot'],
    ...['-kernel', kernel.image, '-initrd', ramdisk],
    ...['-append', `console=${CONSOLE} quiet loglevel=3 panic=-1 net.ifnames=0 random.trust_cpu=on`],
    ...['-fsdev', `local,id=root,path=/,security_model=none,readonly=on,multidevs=remap`],
    ...['-device', `virtio-9p-pci,fsdev=root,mount_tag=${ROOT_TAG}`],
    ...(options.nics?.length ? [] : ['-nic', 'none']),
    ...(options.nics ?? []).flatMap((nic, i) => [
      '-netdev',
      `${nic},id=n${i}`,
      '-device',
      `virtio-net-pci,netdev=n${i},mac=02:00:00:00:0${i}:0${i + 1}`,
    ]),
  ]
  const [command, ...args] = options.inside ? options.inside(argv) : argv
  const child = spawn(command!, args, { stdio: ['pipe', 'pipe', 'inherit', ...(options.stdio ?? [])] })
  return watch(child, folder, options.onLine)
}

function watch(child: ChildProcess, folder: string, onLine?: (line: string) => void): Guest {
  const lines: string[] = []
  createInterface({ input: child.stdout! }).on('line', (text) => {
    const line = text.replace(/\r/g, '')
    lines.push(line)
    onLine?.(line)
  })
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve())
  }).finally(() => rmSync(folder, { recursive: true, force: true }))
  return {
    lines,
    ended,
    stop: async () => {
      child.kill('SIGKILL')
      await ended.catch(() => undefined)
    },
  }
}

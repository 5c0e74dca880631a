/** A machine made of software that starts an image: only what a command line needs to be told, no process. */
import { existsSync } from 'node:fs'
import type { Arch } from './arch.ts'

export interface Machine {
  arch: Arch
  disk: string
  firmware: 'uefi' | 'bios'
  megabytes: number
  /** further arguments: network cards, serial lines */
  extra: readonly string[]
}

/** UEFI firmware as Debian 12 and 13 have it: code, and a template of the variables. */
const FIRMWARE: Record<Arch, readonly (readonly [string, string])[]> = {
  amd64: [
    ['/usr/share/OVMF/OVMF_CODE_4M.fd', '/usr/share/OVMF/OVMF_VARS_4M.fd'],
    ['/usr/share/OVMF/OVMF_CODE.fd', '/usr/share/OVMF/OVMF_VARS.fd'],
  ],
  arm64: [['/usr/share/AAVMF/AAVMF_CODE.fd', '/usr/share/AAVMF/AAVMF_VARS.fd']],
}

/** Emulated throughout: the times are then the same wherever a processor can be emulated, and no right is needed. */
export function machine({ arch, disk, firmware, megabytes, extra }: Machine): string[] {
  const kind =
    arch === 'amd64'
      ? ['qemu-system-x86_64', '-machine', 'q35']
      : ['qemu-system-aarch64', '-machine', 'virt,gic-version=3', '-cpu', 'cortex-a72']
  return [
    ...kind,
    // One processor: an emulator that runs two at once may execute an instruction that the other one is just patching, and one start in
    // thirty ended in a panic of the kernel before its first program.
    ...['-accel', 'tcg', '-smp', '1', '-m', String(megabytes)],
    ...['-display', 'none', '-no-user-config', '-nodefaults', '-no-reboot'],
    ...(firmware === 'uefi' ? flash(arch) : []),
    // A cut of the power must not lose what the guest was told is on the disk: writes go through, flushes are honoured.
    ...['-drive', `file=${disk},format=raw,if=none,id=disk,cache=writeback,discard=unmap`],
    ...['-device', 'virtio-blk-pci,drive=disk'],
    ...['-object', 'rng-random,id=rng,filename=/dev/urandom', '-device', 'virtio-rng-pci,rng=rng'],
    ...extra,
  ]
}

function flash(arch: Arch): string[] {
  const found = FIRMWARE[arch].find((files) => files.every((file) => existsSync(file)))
  if (!found)
    throw new Error(`no UEFI firmware for ${arch} here; as root: apt-get install ovmf qemu-efi-aarch64`)
  const [code, variables] = found
  return [
    ...['-drive', `if=pflash,unit=0,format=raw,readonly=on,file=${code}`],
    ...['-drive', `if=pflash,unit=1,format=raw,snapshot=on,file=${variables}`],
  ]
}

/** Cards are numbered as the image counts ports: the first is the WAN, the others the LAN. */
export function card(at: number, netdev: string): string[] {
  const mac = `52:54:00:ba:07:${at.toString(16).padStart(2, '0')}`
  return ['-netdev', `${netdev},id=net${at}`, '-device', `virtio-net-pci,netdev=net${at},mac=${mac},romfile=`]
}

/** Whoever holds the machine may add units to its system (systemd.system-credentials(7)); nobody else can. */
export function units(texts: Record<string, string>): string[] {
  const wants = `[Unit]\nWants=${Object.keys(texts).join(' ')}\n`
  const credentials = [
    ...Object.entries(texts).map(([name, text]) => [`systemd.extra-unit.${name}`, text] as const),
    ['systemd.unit-dropin.multi-user.target', wants] as const,
  ]
  return credentials.flatMap(([name, text]) => [
    '-smbios',
    `type=11,value=io.systemd.credential.binary:${name}=${Buffer.from(text).toString('base64')}`,
  ])
}

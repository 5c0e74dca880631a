/** The two kinds of machine an image is made for, and what everybody calls them. */
export const ARCHES = ['amd64', 'arm64'] as const
export type Arch = (typeof ARCHES)[number]

export interface ArchNames {
  /** as npm and Node say it */
  node: 'x64' | 'arm64'
  /** the folder of the shared libraries */
  multiarch: string
  /** where a UEFI looks on a disk that nobody told it about (UEFI 2.10, 3.5.1.1) */
  efi: string
  /** a UEFI image of GRUB as Debian builds it, below /usr/lib */
  grub: string
  /** consoles, the last one is /dev/console */
  consoles: string[]
}

export const ARCH: Record<Arch, ArchNames> = {
  amd64: {
    node: 'x64',
    multiarch: 'x86_64-linux-gnu',
    efi: 'BOOTX64.EFI',
    grub: 'grub/x86_64-efi/monolithic/grubx64.efi',
    consoles: ['tty0', 'ttyS0,115200'],
  },
  arm64: {
    node: 'arm64',
    multiarch: 'aarch64-linux-gnu',
    efi: 'BOOTAA64.EFI',
    grub: 'grub/arm64-efi/monolithic/grubaa64.efi',
    consoles: ['tty0', 'ttyAMA0,115200'],
  },
}

export function parseArch(word: string): Arch {
  const arch = ARCHES.find((name) => name === word)
  if (!arch) throw new Error(`“${word}” is no architecture of an image; write amd64 or arm64`)
  return arch
}

export const hostArch = (): Arch => (process.arch === 'arm64' ? 'arm64' : 'amd64')

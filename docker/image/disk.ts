/**
 * The disk: a partition table that will not have to change, and what stands in each part. Everything is written with programs that
 * work on files, so that neither mounts nor loop devices are needed.
 *
 *   1  bios    1 MiB    GRUB's second stage for machines without UEFI
 *   2  boot    FAT      UEFI loader, Raspberry Pi firmware, kernels of both slots, the file `factory-reset`
 *   3  root-a  squashfs the system
 *   4  root-b  empty    the next one
 *   5  data    ext4     settings, what was applied, logs; grows to its disk at the first start
 */
import { randomUUID } from 'node:crypto'
import { closeSync, openSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { run } from './shell.ts'

const MIB = 1 << 20
export const SECTOR = 512

export const PARTS = [
  { name: 'bios', type: '21686148-6449-6E6F-744E-656564454649', start: 1, size: 1 },
  { name: 'boot', type: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B', start: 2, size: 192 },
  { name: 'root-a', type: '0FC63DAF-8483-4772-8E79-3D69D8477DE4', start: 194, size: 384 },
  { name: 'root-b', type: '0FC63DAF-8483-4772-8E79-3D69D8477DE4', start: 578, size: 384 },
  { name: 'data', type: '0FC63DAF-8483-4772-8E79-3D69D8477DE4', start: 962, size: 64 },
] as const
type PartName = (typeof PARTS)[number]['name']
/** One more for the copy of the table at the end. */
const DISK_MIB = PARTS.at(-1)!.start + PARTS.at(-1)!.size + 1

const partOf = (name: PartName) => PARTS.find((part) => part.name === name)!
export const firstSector = (name: PartName): number => (partOf(name).start * MIB) / SECTOR
export const bytesOf = (name: PartName): number => partOf(name).size * MIB

/** A disk's identity, as text. */
export const newDiskId = (): string => randomUUID()

/** The identity as its sixteen bytes stand on the disk: the first three groups are little-endian (UEFI 2.10, appendix A). */
export function diskIdBytes(id: string): string {
  const hex = id.replaceAll('-', '')
  const turned = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16)].map((group) =>
    group.match(/../g)!.reverse().join(''),
  )
  return [...turned, hex.slice(16)].join('').toLowerCase()
}

export function makeTable(disk: string, id: string): void {
  rmSync(disk, { force: true })
  writeFileSync(disk, '')
  truncateSync(disk, DISK_MIB * MIB)
  const parts = PARTS.flatMap(({ name, type, start, size }, at) => {
    const number = at + 1
    const last = ((start + size) * MIB) / SECTOR - 1
    return [
      `--new=${number}:${firstSector(name)}:${last}`,
      `--typecode=${number}:${type}`,
      `--change-name=${number}:bauta-${name}`,
    ]
  })
  run(['sgdisk', '--set-alignment=1', `--disk-guid=${id}`, ...parts, disk])
}

/** Puts a file into a partition. Blocks of zeros stay holes. */
export function fill(disk: string, name: PartName, file: string): void {
  const { size } = statSync(file)
  if (size > bytesOf(name))
    throw new Error(
      `${name} has room for ${bytesOf(name) / MIB} MiB, and ${Math.ceil(size / MIB)} MiB should go there`,
    )
  run([
    'dd',
    `if=${file}`,
    `of=${disk}`,
    'bs=1M',
    `seek=${partOf(name).start}`,
    'conv=notrunc,sparse',
    'status=none',
  ])
}

/** A FAT file system of the partition's size with the given files: path there → path here. */
export function makeBoot(file: string, files: Record<string, string>): void {
  rmSync(file, { force: true })
  writeFileSync(file, '')
  truncateSync(file, bytesOf('boot'))
  run(['mkfs.vfat', '-F', '32', '-n', 'BAUTA', file])
  const folders = new Set(
    Object.keys(files).flatMap((name) =>
      name
        .split('/')
        .slice(0, -1)
        .map((_, at, all) => all.slice(0, at + 1).join('/')),
    ),
  )
  if (folders.size > 0) run(['mmd', '-i', file, ...[...folders].sort().map((name) => `::/${name}`)])
  for (const [name, from] of Object.entries(files)) run(['mcopy', '-i', file, from, `::/${name}`])
}

export function makeData(file: string): void {
  rmSync(file, { force: true })
  writeFileSync(file, '')
  truncateSync(file, bytesOf('data'))
  run(['mke2fs', '-q', '-F', '-t', 'ext4', '-L', 'bauta-data', '-m', '1', '-O', '64bit', file])
}

/**
 * GRUB for a BIOS, as grub-bios-setup writes it into a BIOS boot partition: boot.img in the first sector with the number of the
 * sector where core.img begins, core.img with the list of its own remaining sectors. The offsets are fixed in GRUB's sources
 * (include/grub/i386/pc/boot.h and offsets.h).
 */
export function embedBios(disk: string, bootImage: Buffer, core: Buffer): void {
  const start = firstSector('bios')
  if (core.length > bytesOf('bios')) throw new Error('GRUB’s core.img does not fit into its partition')
  const KERNEL_SECTOR = 0x5c
  const DRIVE_CHECK = 0x66
  /** The table's own bytes begin here; a name for the disk stands before. */
  const CODE_END = 440
  const boot = Buffer.from(bootImage.subarray(0, SECTOR))
  boot.writeBigUInt64LE(BigInt(start), KERNEL_SECTOR)
  // The jump that trusts the BIOS about the drive’s number is for floppies; a disk is checked.
  boot.writeUInt16LE(0x9090, DRIVE_CHECK)
  const LAST_LIST = SECTOR - 12
  const placed = Buffer.from(core)
  placed.writeBigUInt64LE(BigInt(start + 1), LAST_LIST)
  const fd = openSync(disk, 'r+')
  try {
    writeSync(fd, boot, 0, CODE_END, 0)
    writeSync(fd, placed, 0, placed.length, start * SECTOR)
  } finally {
    closeSync(fd)
  }
}

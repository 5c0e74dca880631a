/** Bindings of libc for what the door needs beside libbpf, and errors in words. */
import koffi from 'koffi'

const libc = koffi.load('libc.so.6')

export const socket = libc.func('socket', 'int', ['int', 'int', 'int']) as (
  family: number,
  type: number,
  protocol: number,
) => number
export const closeFd = libc.func('close', 'int', ['int']) as (fd: number) => number
export const ioctl = libc.func('ioctl', 'int', ['int', 'ulong', 'void *']) as (
  fd: number,
  request: number,
  argument: Uint8Array,
) => number
/** Unlike the others it returns its error number. */
export const posixFallocate = libc.func('posix_fallocate', 'int', ['int', 'long', 'long']) as (
  fd: number,
  offset: number,
  length: number,
) => number
export const mmap = libc.func('mmap', 'void *', ['void *', 'size_t', 'int', 'int', 'int', 'long']) as (
  at: bigint | null,
  length: number,
  protection: number,
  flags: number,
  fd: number,
  offset: number,
) => bigint

const NAMES = new Map(Object.entries(koffi.os.errno).map(([name, number]) => [number, name]))
export const EPERM = 1
export const ENOENT = 2
export const EEXIST = 17

export const MAP_FAILED = 0xffff_ffff_ffff_ffffn

/** The number of the last system call that failed. */
export function errno(): number {
  return koffi.errno()
}

/** Puts a number back after a call for tidying up has overwritten it. */
export function setErrno(code: number): void {
  koffi.errno(code)
}

/** @param code positive or negative error number @returns its symbolic name, for messages */
export function errnoName(code: number): string {
  return NAMES.get(Math.abs(code)) ?? `error ${Math.abs(code)}`
}

/** Maps the memory of a BPF array (made with BPF_F_MMAPABLE) for reading and writing, until the process ends. */
export function mapMemory(fd: number, bytes: number): ArrayBuffer {
  const address = mmap(null, bytes, 3 /* PROT_READ | PROT_WRITE */, 1 /* MAP_SHARED */, fd, 0)
  if (address === MAP_FAILED) throw new Error(`a BPF map cannot be mapped: ${errnoName(errno())}`)
  return koffi.view(address, bytes)
}

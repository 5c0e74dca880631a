/**
 * The few calls of libc that Bauta makes itself, bound once when the module loads. A call costs what the system call costs plus
 * about 50 ns, and allocates nothing: buffers go over as typed arrays, whose address koffi takes, and everything else is a number.
 * Lengths are declared `int` on purpose: no packet and no poll set is larger, and koffi reads an int faster than a size_t.
 */
import koffi from 'koffi'

const libc = koffi.load('libc.so.6')

type Bytes = Uint8Array | Int32Array | Uint32Array

export const openDevice = libc.func('open', 'int', ['const char *', 'int']) as (
  path: string,
  flags: number,
) => number
export const closeFd = libc.func('close', 'int', ['int']) as (fd: number) => number
export const readFd = libc.func('read', 'int', ['int', 'void *', 'int']) as (
  fd: number,
  to: Bytes,
  length: number,
) => number
export const writeFd = libc.func('write', 'int', ['int', 'void *', 'int']) as (
  fd: number,
  from: Bytes,
  length: number,
) => number
export const pollFds = libc.func('poll', 'int', ['void *', 'ulong', 'int']) as (
  set: Bytes,
  count: number,
  timeoutMs: number,
) => number
export const ioctlPointer = libc.func('ioctl', 'int', ['int', 'ulong', 'void *']) as (
  fd: number,
  request: number,
  argument: Bytes,
) => number
export const ioctlNumber = libc.func('ioctl', 'int', ['int', 'ulong', 'ulong']) as (
  fd: number,
  request: number,
  argument: number,
) => number
export const eventfd = libc.func('eventfd', 'int', ['uint', 'int']) as (
  initial: number,
  flags: number,
) => number
export const pidfdOpen = libc.func('pidfd_open', 'int', ['int', 'uint']) as (
  pid: number,
  flags: number,
) => number
export const pidfdGetFd = libc.func('pidfd_getfd', 'int', ['int', 'int', 'uint']) as (
  pidfd: number,
  fd: number,
  flags: number,
) => number
export const clockGettime = libc.func('clock_gettime', 'int', ['int', 'void *']) as (
  clock: number,
  to: Bytes,
) => number
export const posixFallocate = libc.func('posix_fallocate', 'int', ['int', 'long', 'long']) as (
  fd: number,
  offset: number,
  length: number,
) => number
export const mmap = libc.func('mmap', 'void *', ['void *', 'size_t', 'int', 'int', 'int', 'long']) as (
  at: null,
  length: number,
  protection: number,
  flags: number,
  fd: number,
  offset: number,
) => bigint

/** The error number of the last call that failed; ask at once, any other call may overwrite it. */
export function errno(): number {
  return koffi.errno()
}

const NAMES = new Map(Object.entries(koffi.os.errno).map(([name, number]) => [number, name]))

/** @returns the symbolic name, `EBUSY` for 16, for messages */
export function errnoName(number: number): string {
  return NAMES.get(number) ?? `error ${number}`
}

/** The numbers that the code decides on (asm-generic/errno.h, the same on x86 and ARM); all others are only reported. */
export const EPERM = 1
export const ENOENT = 2
export const EINTR = 4
export const EAGAIN = 11
export const EACCES = 13
export const EBADF = 9
export const EBUSY = 16
export const ENODEV = 19
export const EINVAL = 22

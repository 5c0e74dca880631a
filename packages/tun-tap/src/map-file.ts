/**
 * Memory that outlives the process and is shared between threads: a file mapped with MAP_SHARED. Two mappings of one file are the
 * same memory, whoever made them. The space is claimed before it is mapped, because touching a mapped page for which a full
 * tmpfs has no room would kill the process (SIGBUS) instead of failing here. A mapping stays until the process ends.
 */
import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import koffi from 'koffi'
import { errno, errnoName, mmap, posixFallocate } from './libc.ts'

// sys/mman.h
const PROT_READ_WRITE = 3
const MAP_SHARED = 1
const MAP_FAILED = 0xffff_ffff_ffff_ffffn

/**
 * @param path made readable for its owner only where it does not exist; a longer file keeps its length, a shorter one grows by zeroes
 * @param bytes how much of it is mapped
 */
export function mapFile(path: string, bytes: number): ArrayBuffer {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  try {
    if (fstatSync(fd).size < bytes) {
      const code = posixFallocate(fd, 0, bytes)
      if (code !== 0) throw new Error(`${path} cannot grow to ${bytes} bytes: ${errnoName(code)}`)
    }
    const address = mmap(null, bytes, PROT_READ_WRITE, MAP_SHARED, fd, 0)
    if (address === MAP_FAILED) throw new Error(`${path} cannot be mapped: ${errnoName(errno())}`)
    return koffi.view(address, bytes)
  } finally {
    closeSync(fd)
  }
}

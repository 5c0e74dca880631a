/** Bytes to fields and back: IPv4, TCP, UDP, ICMP, checksums, fragments. Imports nothing. */

export * from './checksum.ts'
export * from './faults.ts'
export * from './fragments.ts'
export * from './icmp-error.ts'
export * from './icmp-types.ts'
export * from './parse.ts'
export * from './payload.ts'
export * from './print.ts'
export * from './rewrite.ts'
export * from './tcp-numbers.ts'
export * from './view.ts'
export * from './virtio.ts'

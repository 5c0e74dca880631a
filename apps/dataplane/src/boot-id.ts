import { readFileSync } from 'node:fs'

/** 32 bits that are others after a reboot. */
export function bootId(): number {
  return Number.parseInt(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8), 16) | 0
}

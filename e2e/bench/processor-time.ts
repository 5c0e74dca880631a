/**
 * What all processors of the machine worked, from /proc/stat. Taken as the time that they did not idle, because the kernel keeps that
 * one exactly, while what a processor does in pieces shorter than a tick is seen by chance.
 */
import { readFileSync } from 'node:fs'

/** Ticks of /proc in a second (USER_HZ, which is 100 on every Linux). */
const HERTZ = 100

export interface ProcessorTimes {
  processors: number
  /** Seconds, of all processors together. */
  idle: number
  /** Taken away by a host: neither work nor idleness of this machine. */
  stolen: number
}

/** @param text of /proc/stat */
export function processorTimes(text: string): ProcessorTimes {
  const [, , , , idle, waiting, , , stolen] = /^cpu +.*$/m.exec(text)![0].split(/ +/).map(Number)
  return {
    processors: text.match(/^cpu\d+/gm)!.length,
    idle: (idle! + waiting!) / HERTZ,
    stolen: stolen! / HERTZ,
  }
}

/** @param seconds between the two @returns seconds of work, of all processors together */
export function worked(before: ProcessorTimes, after: ProcessorTimes, seconds: number): number {
  const elsewhere = after.idle - before.idle + after.stolen - before.stolen
  return Math.max(0, seconds * after.processors - elsewhere)
}

export class ProcessorClock {
  readonly #before = processorTimes(readFileSync('/proc/stat', 'utf8'))
  readonly #at = performance.now()

  /** @returns seconds of work since this was made */
  read(): number {
    const seconds = (performance.now() - this.#at) / 1000
    return worked(this.#before, processorTimes(readFileSync('/proc/stat', 'utf8')), seconds)
  }
}

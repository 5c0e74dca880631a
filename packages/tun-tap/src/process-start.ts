import { readFileSync } from 'node:fs'

/**
 * When a process began: with its number, what it is known again by, because numbers are used again.
 * @returns field 22 of proc(5)'s stat, clock ticks after the machine's start; null for one that is gone, or only waits to be reaped
 */
export function startTimeOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in parentheses, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? null : (fields[19] ?? null)
  } catch {
    return null
  }
}

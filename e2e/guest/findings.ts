/** What a program inside a guest finds out: it prints a line `@@ {"name": …}` for each finding, and a test outside judges it. */
import { type Guest, type GuestOptions, startGuest } from './guest.ts'

interface Finding {
  name: string
  ok: boolean
  error?: string
  value?: unknown
}

export interface Findings {
  /** @throws Error where the guest failed at it, or never came to it */
  found<T>(name: string): T
  stop(): Promise<void>
}

/** Runs a guest to its end, or for so many seconds. Findings are named as they come. */
export async function observe(options: GuestOptions, seconds: number): Promise<Findings> {
  const findings = new Map<string, Finding>()
  const began = Date.now()
  const guest: Guest = startGuest({
    ...options,
    onLine: (line) => {
      if (!line.startsWith('@@ ')) return
      const finding = JSON.parse(line.slice(3)) as Finding
      findings.set(finding.name, finding)
      console.log(
        `${((Date.now() - began) / 1000).toFixed(0)} s: ${finding.name}${finding.ok ? '' : ' FAILED'}`,
      )
    },
  })
  await Promise.race([guest.ended, new Promise((resolve) => setTimeout(resolve, seconds * 1000))])
  return {
    found: <T>(name: string): T => {
      const finding = findings.get(name)
      if (!finding)
        throw new Error(`the guest never came to “${name}”:\n${guest.lines.slice(-15).join('\n')}`)
      if (!finding.ok) throw new Error(finding.error)
      return finding.value as T
    },
    stop: () => guest.stop(),
  }
}

/** A browser that stands on a host of the lab, as a machine of the household does. */
import { chmodSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Lab } from '../lab/lab.ts'
import type { Host } from '../lab/plan.ts'
import { inside } from '../lab/shell.ts'

/** @returns a program that starts the browser on the host; Playwright's pipes pass through it */
export function browserInside(lab: Lab, host: Host, chromium = '/usr/bin/chromium'): string {
  const file = path.join(lab.record.directory, `chromium-${host}`)
  const command = inside(lab.record.namespaces[host], [chromium], lab.resolverOf(host))
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  writeFileSync(file, `#!/bin/sh\nexec ${quoted} "$@"\n`)
  chmodSync(file, 0o755)
  return file
}

/**
 * `test` from form to wire: every worker has a lab with the whole product, and the browser stands inside lan1, as a machine
 * of the household does. `house.on` are hands on the hosts (e2e/net/harness).
 */
import { chmodSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test as base, chromium } from '@playwright/test'
import { Lab } from '../lab/lab.ts'
import { HOSTS, type Host, WANS } from '../lab/plan.ts'
import { inside } from '../lab/shell.ts'
import { type Agent, startAgent } from '../net/harness/agent.ts'

export interface House {
  lab: Lab
  on: Record<Host, Agent>
  wan: (typeof WANS)[keyof typeof WANS]
}

export const test = base.extend<{ baseURL: string }, { house: House }>({
  house: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern
    async ({}, use, info) => {
      const lab = await Lab.up({ name: `whole-${process.pid}-${info.workerIndex}`, owned: true })
      const on = {} as Record<Host, Agent>
      try {
        for (const host of HOSTS) on[host] = await startAgent(lab, host)
        await use({ lab, on, wan: WANS[lab.record.wan] })
      } finally {
        await Promise.all(Object.values(on).map((agent) => agent.stop()))
        await lab.down()
      }
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  browser: [
    async ({ house, launchOptions }, use) => {
      const browser = await chromium.launch({
        ...launchOptions,
        executablePath: browserInside(house.lab, 'lan1', launchOptions.executablePath ?? '/usr/bin/chromium'),
      })
      await use(browser)
      await browser.close()
    },
    { scope: 'worker' },
  ],
  baseURL: ({ house }, use) => use(house.lab.record.admin.inside),
})
export { expect } from '@playwright/test'

/** @returns a program that starts the browser on the host; Playwright's pipes pass through it */
function browserInside(lab: Lab, host: Host, chromiumPath: string): string {
  const file = path.join(lab.record.directory, `chromium-${host}`)
  const command = inside(lab.record.namespaces[host], [chromiumPath], lab.resolverOf(host))
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  writeFileSync(file, `#!/bin/sh\nexec ${quoted} "$@"\n`)
  chmodSync(file, 0o755)
  return file
}

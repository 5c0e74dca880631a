/**
 * `test` from form to wire: every story has a lab with the whole product, and the browser stands inside lan1, as a machine
 * of the household does. `house.on` are hands on the hosts (e2e/net/harness).
 *
 * A story is a value of the option `story`: another one means another worker, and with it a fresh box.
 */
import { readFileSync } from 'node:fs'
import { DataplaneClient } from '@bauta/control'
import { test as base, chromium } from '@playwright/test'
import { Lab } from '../lab/lab.ts'
import { HOSTS, type Host, WANS, type WanKind } from '../lab/plan.ts'
import { type Agent, startAgent } from '../net/harness/agent.ts'
import { Guard } from '../web/guard.ts'
import { browserInside } from './browser-inside.ts'

export interface House {
  lab: Lab
  on: Record<Host, Agent>
  wan: (typeof WANS)[keyof typeof WANS]
  dataplane: DataplaneClient
}

/** For `test.skip`. */
export const ROOT_ONLY = [process.getuid?.() !== 0, 'needs root for network namespaces'] as const
// the list of results does not tell why a test was skipped
if (ROOT_ONLY[0]) console.log(`from form to wire: skipped, ${ROOT_ONLY[1]}`)

export const test = base.extend<
  { baseURL: string; guard: Guard },
  { story: string; line: WanKind; house: House }
>({
  story: ['house', { option: true, scope: 'worker' }],
  line: ['eth', { option: true, scope: 'worker' }],
  house: [
    async ({ story, line }, use) => {
      const lab = await Lab.up({ name: `${story}-${process.pid}`, wan: line, owned: true })
      const on = {} as Record<Host, Agent>
      try {
        for (const host of HOSTS) on[host] = await startAgent(lab, host)
        const dataplane = new DataplaneClient(lab.record.dataplane.socket)
        await use({ lab, on, dataplane, wan: WANS[lab.record.wan] })
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
        executablePath: browserInside(house.lab, 'lan1', launchOptions.executablePath),
      })
      await use(browser)
      await browser.close()
    },
    { scope: 'worker' },
  ],
  baseURL: ({ house }, use) => use(house.lab.record.admin.inside),
  guard: [
    async ({ context, baseURL, house }, use, info) => {
      const guard = new Guard(baseURL)
      guard.watch(context)
      await use(guard)
      if (info.status !== info.expectedStatus) console.log(lastWords(house.lab))
      guard.judge()
    },
    { auto: true },
  ],
})
export { expect } from '@playwright/test'

/** @returns the process that the supervisor looks after; another one after each restart */
export const pidOf = (lab: Lab, which: 'web' | 'dataplane'): number =>
  Number(readFileSync(lab.record[which].pidFile, 'utf8'))

function lastWords(lab: Lab): string {
  return lab.record.processes
    .filter(({ role }) => role === 'dataplane' || role === 'web')
    .map(({ role, log }) => `--- ${role}\n${readFileSync(log, 'utf8').split('\n').slice(-15).join('\n')}`)
    .join('\n')
}

/**
 * `describeLab(title, options, body)`: a vitest suite with a lab of its own, which is gone afterwards whatever happened.
 *
 * With BAUTA_ROUTER=nftables in the environment the kernel's own masquerading takes the product's place: where a test about
 * plain forwarding fails with both, the test is wrong.
 */
import { readFileSync } from 'node:fs'
import { DataplaneClient } from '@bauta/control'
import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { Lab, type LabOptions } from '../../lab/lab.ts'
import { HOSTS, type Host, WANS } from '../../lab/plan.ts'
import { type Agent, startAgent } from './agent.ts'

/** Filled in before the first test of the suite runs. */
export interface Stage {
  lab: Lab
  /** One agent per host, ready. */
  on: Record<Host, Agent>
  dataplane: DataplaneClient
  wan: (typeof WANS)[keyof typeof WANS]
}

let labs = 0

export function describeLab(
  title: string,
  options: Omit<LabOptions, 'name' | 'owned'>,
  body: (stage: Stage) => void,
): void {
  if (process.getuid?.() !== 0) {
    describe.skip(`${title} (skipped: needs root for network namespaces)`, () => body({} as Stage))
    return
  }
  describe(title, () => {
    const stage = {} as Stage
    beforeAll(async () => {
      const software = process.env.BAUTA_ROUTER === 'nftables' ? 'nftables' : 'bauta'
      stage.lab = await Lab.up({
        web: false,
        software,
        ...options,
        owned: true,
        name: `net-${process.pid}-${++labs}`,
      })
      const agents = await Promise.all(HOSTS.map(async (host) => [host, await startAgent(stage.lab, host)]))
      stage.on = Object.fromEntries(agents)
      stage.dataplane = new DataplaneClient(stage.lab.record.dataplane.socket)
      stage.wan = WANS[stage.lab.record.wan]
    }, 60_000)
    afterEach(({ task }) => {
      if (task.result?.state === 'fail') console.log(lastWords(stage.lab))
    })
    afterAll(async () => {
      if (stage.on) await Promise.all(Object.values(stage.on).map((agent) => agent.stop()))
      await stage.lab?.down()
    }, 30_000)
    body(stage)
  })
}

function lastWords(lab: Lab): string {
  return lab.record.processes
    .filter(({ role }) => role === 'dataplane' || role === 'web')
    .map(({ role, log }) => `--- ${role}\n${readFileSync(log, 'utf8').split('\n').slice(-15).join('\n')}`)
    .join('\n')
}

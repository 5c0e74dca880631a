/** The door on Debian's kernel, in a guest (guest.ts): the oldest that is promised, 6.1, where the machine is a Debian 12. See door-inside.ts. */
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../lab/record.ts'
import { type Findings, observe } from './findings.ts'

/** 40 s were measured. */
const SECONDS = 240
const SCRIPT = `
for module in veth tun sch_ingress cls_bpf; do modprobe $module; done
ip link set lo up
cd ${ROOT} && ${path.join(ROOT, 'node_modules/.bin/node')} e2e/guest/door-inside.ts`

describe.skipIf(process.getuid?.() !== 0)('the door in a guest with Debian’s kernel', () => {
  let findings: Findings
  beforeAll(
    async () => {
      // with two processors, emulated in threads, Node itself falls over now and then
      findings = await observe({ processors: 1, script: SCRIPT }, SECONDS)
    },
    SECONDS * 1000 + 5000,
  )
  afterAll(() => findings?.stop())

  it('passes the verifier', () => {
    console.log(`kernel ${findings.found<string>('kernel')}`)
    expect(() => findings.found('verified')).not.toThrow()
  })

  it('sends up what a machine may open, and refuses the rest', () => {
    const counted = findings.found<Record<string, number>>('counted')
    // two seconds' worth at once, and what came free while the frames were sent
    expect(counted['in-up']).toBeGreaterThanOrEqual(201)
    expect(counted['in-flood']).toBeGreaterThan(100)
    expect(counted['in-up']! + counted['in-flood']!).toBe(400)
    expect(findings.found('refused')).toEqual([
      expect.objectContaining({
        kind: 'hardware',
        device: 'lan0',
        openings: counted['in-flood'],
        crowded: 0,
      }),
    ])
  })
})

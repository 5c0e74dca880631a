/**
 * What programs that are not ours say of the box: `stun` (RFC 3489) and coturn's `turnutils_natdiscovery` (RFC 5780), asking
 * coturn's server at two addresses of the small Internet.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { anyRule, chainLabel, type defaultSnapshot, emptyRules, NO_FORWARDS, type Rule } from '@bauta/config'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LAN, SERVERS } from '../lab/plan.ts'
import { until } from '../lab/shell.ts'
import { describeLab, type Stage } from './harness/lab-test.ts'
import './harness/test-daemons.ts'

const SERVER = SERVERS['echo.example.org']
/** RFC 5780 §3 asks for two addresses with two ports each. */
const OTHER = SERVERS['news.example.net']
const SHARED_PORT = '43117'
type Machine = 'lan1' | 'lan2'

const accept: Partial<Rule> = { target: { verdict: 'ACCEPT' } }
const device = (name: string) => ({ name, invert: false })
/** As scripts for a home have it: out everything, in what belongs to it. */
const NETFILTER: Record<string, Partial<Rule>[]> = {
  INPUT: [{ inInterface: device('@lan'), ...accept }],
  FORWARD: [
    { states: { list: ['ESTABLISHED', 'RELATED'], invert: false }, ...accept },
    { inInterface: device('@lan'), ...accept },
  ],
  'nat POSTROUTING': [{ outInterface: device('@wan'), target: { verdict: 'MASQ' } }],
}

function netfilterRules() {
  const rules = emptyRules('netfilter')
  let id = 1
  for (const chain of rules.chains) {
    if (['INPUT', 'FORWARD'].includes(chainLabel(chain))) chain.policy = 'DENY'
    chain.rules = (NETFILTER[chainLabel(chain)] ?? []).map((fields) => ({ ...anyRule(id++), ...fields }))
  }
  return rules
}

describeLab('a NAT checker of somebody else', { wan: 'eth' }, (stage: Stage) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bauta-turn-'))
  beforeAll(async () => {
    const listen = [SERVER, OTHER].flatMap((address) => ['--listening-ip', address])
    const files = ['--pidfile', path.join(folder, 'pid'), '--userdb', path.join(folder, 'db')]
    const plain = ['-n', '--stun-only', '--no-tls', '--no-dtls', '--no-cli', '--log-file', 'stdout']
    stage.lab.spawn('isp', ['turnserver', ...plain, ...listen, ...files], { stdio: 'ignore' })
    await until('the STUN server', 10, () => stage.lab.run('isp', ['ss', '-lun']).includes(`${OTHER}:3479`))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const stun = (host: Machine) => stage.lab.run(host, ['sh', '-c', `timeout 40 stun ${SERVER}; true`])
  const discover = (host: Machine, ...options: string[]) =>
    stage.lab.run(host, ['timeout', '40', 'turnutils_natdiscovery', ...options, SERVER])
  const reflexive = (said: string) => [...said.matchAll(/reflexive addr: (\S+)/g)].map(([, seen]) => seen)

  async function apply(change: Partial<ReturnType<typeof defaultSnapshot>>): Promise<void> {
    const { revision, snapshot } = await stage.dataplane.settings()
    await stage.dataplane.apply({ revision: revision + 1, snapshot: { ...snapshot, ...change } })
  }

  for (const dialect of ['classic', 'netfilter'] as const)
    describe(`in the dialect ${dialect}`, () => {
      beforeAll(async () => {
        if (dialect === 'netfilter') await apply({ rules: netfilterRules() })
      })

      it('stun: independent mapping, port dependent filter, preserves ports, will hairpin', () => {
        expect(stun('lan1')).toContain(
          'Primary: Independent Mapping, Port Dependent Filter, preserves ports, will hairpin',
        )
      })

      it('turnutils_natdiscovery: endpoint independent mapping, address and port dependent filtering, hairpin, no ALG', () => {
        const said = discover('lan1', '-m', '-f', '-H')
        expect(said).toContain('NAT with Endpoint Independent Mapping!')
        expect(said).toContain('NAT with Address and Port Dependent Filtering!')
        expect(said).toMatch(/Received a request \(maybe a successful hairpinning\)/)
        expect(said).toContain('No ALG: Mapped == XOR-Mapped')
        expect(said).not.toContain('ALG detected')
      })
    })

  it('the mapping is as independent for the second machine with the same port, whose port is another', () => {
    const of = (host: Machine) => discover(host, '-m', '-L', LAN[host], '-l', SHARED_PORT)
    const [first, second] = [of('lan1'), of('lan2')]
    expect(new Set(reflexive(first))).toEqual(new Set([`${stage.wan.address}:${SHARED_PORT}`]))
    expect(second).toContain('NAT with Endpoint Independent Mapping!')
    expect(new Set(reflexive(second)).size).toBe(1)
    expect(reflexive(second)).not.toContain(`${stage.wan.address}:${SHARED_PORT}`)
  })

  it('a machine in console mode has endpoint independent filtering, and its neighbour has not', async () => {
    await apply({ forwards: { ...NO_FORWARDS, consoles: [LAN.lan1] } })
    expect(stun('lan1')).toContain('Independent Mapping, Independent Filter, preserves ports, will hairpin')
    expect(discover('lan1', '-f')).toContain('NAT with Endpoint Independent Filtering!')
    expect(discover('lan2', '-f')).toContain('NAT with Address and Port Dependent Filtering!')
  })
})

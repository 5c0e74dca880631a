/**
 * Real PPP sessions, in a guest with Debian's kernel (guest.ts): the product's own service against a provider. What happens inside is
 * pppoe-inside.ts; here each finding is judged.
 */
import path from 'node:path'
import type { InternetConnectionStatus, InternetEvent } from '@bauta/control'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../lab/record.ts'
import { type Findings, observe } from './findings.ts'

/** Emulation is slow: 240 to 320 s were measured on two cores with a load of 8 to 20. */
const SECONDS = 420
const SCRIPT = `
for module in pppoe ppp_async veth sch_cake; do modprobe $module; done
ip link set lo up
ip netns add isp
ip link add wan0 type veth peer name i0 netns isp
ip -n isp link set lo up
ip -n isp link set i0 up
cd ${ROOT} && ${path.join(ROOT, 'node_modules/.bin/node')} e2e/guest/pppoe-inside.ts`

describe.skipIf(process.getuid?.() !== 0)('PPP in a guest with Debian’s kernel', () => {
  let findings: Findings
  beforeAll(
    async () => {
      findings = await observe({ script: SCRIPT }, SECONDS)
    },
    SECONDS * 1000 + 5000,
  )
  afterAll(() => findings?.stop())

  const found = <T>(name: string): T => findings.found<T>(name)
  const up = (address: string) => ({
    state: 'up',
    device: 'ppp0',
    port: 'wan0',
    address,
    gateway: '203.0.113.1',
    dnsServers: ['203.0.113.1'],
    problem: null,
  })
  type Status = InternetConnectionStatus

  it('CHAP: up, with a password that needs quoting, the provider’s servers, and 1500 bytes (RFC 4638)', () => {
    const { status, ...more } = found<{ status: Status; events: InternetEvent[] } & Record<string, unknown>>(
      'chap',
    )
    expect(status).toMatchObject({ ...up('203.0.113.24'), mtu: 1500 })
    expect(status.session).toMatchObject({ peer: expect.stringMatching(/^[0-9a-f:]{17}$/), id: 1 })
    expect(more).toMatchObject({ mode: 0o600, passwordVisible: false, ping: '2', big: '1', shaped: 9000 })
    expect(more.route).toMatch(/^default dev ppp0/)
    console.log(`PPPoE: ${more.events[0]!.text}`)
  })

  it('the session outlives the dataplane, and is adopted by the next', () => {
    const { before, after, status } = found<{ before: number; after: number; status: Status }>('adopted')
    expect(after).toBe(before)
    expect(status).toMatchObject({ ...up('203.0.113.24'), mtu: 1500 })
  })

  it('redialled, with another address, and the new session is held to the speed of the line', () => {
    const { status, ms, shaped } = found<{ status: Status; ms: number; shaped: number | null }>('redial')
    expect(status).toMatchObject(up('203.0.113.99'))
    expect(shaped).toBe(9000)
    console.log(`another address ${ms} ms after the provider was back`)
  })

  it('the provider hangs up: said in words, dialled again', () => {
    expect(found('terminated by the provider')).toEqual({
      problem: expect.stringMatching(/^the provider hung up/),
      again: '203.0.113.99',
    })
  })

  it('PAP, and an MTU of 1492', () => {
    expect(found('pap')).toEqual({ address: '203.0.113.24', mtu: 1492 })
  })

  it('a wrong password is told in words, and not tried again at once', () => {
    const { pap, chap, pause } = found<{ pap: string; chap: string; pause: number }>('wrong password')
    expect(pap).toMatch(/^the provider refused the user name or the password/)
    expect(chap).toMatch(/^the provider refused the user name or the password/)
    expect(pause).toBeGreaterThan(3000)
  })

  it('on demand: waits, is dialled, hangs up when nothing is sent, and is dialled again', () => {
    const { before, idle, again } = found<{ before: string; idle: number; again: string }>('on demand')
    expect([before, again]).toEqual(['waiting', 'up'])
    expect(idle).toBeGreaterThan(8000)
    expect(idle).toBeLessThan(25_000)
  })

  it('nobody answers discovery: said in words', () => {
    expect(found('nobody answers')).toEqual({
      problem: expect.stringMatching(/^nobody answers PPPoE discovery at wan0/),
    })
  })

  it('a modem on a serial line: dialled by its script, up, and lost in words', () => {
    const { status, lost } = found<{ status: Status; lost: string }>('serial')
    expect(status).toMatchObject({ state: 'up', port: '/dev/ttyTEST', address: '203.0.113.44', mtu: 1500 })
    expect(status.dnsServers).toEqual(['203.0.113.53'])
    expect(lost).toMatch(/hung up|cannot be opened/)
  })

  it('a busy number is a busy number', () => {
    expect(found('busy')).toMatchObject({ problem: 'the number is busy' })
  })
})

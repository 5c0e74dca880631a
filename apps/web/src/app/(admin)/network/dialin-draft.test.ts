import { applianceSnapshot, type Dialin, dialinSchema, NO_DIALIN, SECRET_KEPT } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { mergeDialin, protocolHint, stateTag, toJudge, withAccount, withLine } from './dialin-draft.ts'

const box = () => applianceSnapshot([{ name: 'eth1', role: 'lan' }])
const addresses = ({ lines }: Dialin) => lines.map(({ address }) => address)
const twoLines = () => withLine(withLine(NO_DIALIN, box()), box())

describe('a line that is added', () => {
  it('is the next serial line, with an address that nobody has', () => {
    const two = twoLines()
    expect(two.lines.map(({ device }) => device)).toEqual(['/dev/ttyS0', '/dev/ttyS1'])
    expect(addresses(two)).toEqual(['192.168.77.254', '192.168.77.253'])
    const [, second] = two.lines
    expect(withLine({ ...two, lines: [second!] }, box()).lines[1]!.device).toBe('/dev/ttyS0')
  })

  it('leaves out what is reserved, the box, and the range of DHCP', () => {
    const snapshot = box()
    snapshot.dhcp.to = '192.168.77.254'
    snapshot.dhcp.reservations = [{ mac: '02:00:00:00:00:01', address: '192.168.77.99', name: '' }]
    snapshot.lan.address = '192.168.77.98'
    expect(addresses(withLine(NO_DIALIN, snapshot))).toEqual(['192.168.77.97'])
  })

  it('has none where there is none, or the operating system makes the home network', () => {
    const full = box()
    Object.assign(full.dhcp, { from: '192.168.77.1', to: '192.168.77.254' })
    expect(addresses(withLine(NO_DIALIN, full))).toEqual([''])
    const bySystem = { ...box(), lan: { ...box().lan, addressing: 'system' as const } }
    expect(addresses(withLine(NO_DIALIN, bySystem))).toEqual([''])
  })
})

it('a password that the box has is one for the schema; none is none', () => {
  const kept = withAccount({ ...twoLines(), enabled: true }, { name: 'anna', password: SECRET_KEPT })
  expect(dialinSchema.safeParse(kept).success).toBe(false)
  expect(dialinSchema.safeParse(toJudge(kept)).success).toBe(true)
  expect(dialinSchema.safeParse(toJudge(withAccount(kept))).success).toBe(false)
})

it('two who add a line and an account both get theirs', () => {
  const origin = withLine(NO_DIALIN, box())
  const mine = withAccount(origin, { name: 'anna', password: 'a' })
  const theirs = { ...withAccount(withLine(origin, box()), { name: 'ben', password: 'b' }), pap: true }
  const merged = mergeDialin(origin, mine, theirs)
  expect(merged.pap).toBe(true)
  expect(merged.lines).toEqual(theirs.lines)
  expect(merged.accounts.map(({ name }) => name)).toEqual(['anna', 'ben'])
})

it('says beside the protocol who asks for a name, and where nobody does', () => {
  const [line] = twoLines().lines
  expect(protocolHint(line!)).toBeUndefined()
  expect(protocolHint({ ...line!, protocol: 'cslip', kind: 'direct' })).toBe(
    'SLIP knows no password: whoever plugs in is in the house.',
  )
  expect(protocolHint({ ...line!, protocol: 'slip' })).toContain('the box asks for name and password')
})

it('says who is on, by name', () => {
  const line = {
    device: '/dev/ttyS0',
    interface: 'dialin0',
    address: '192.168.77.254',
    problem: null,
    last: null,
  }
  expect(stateTag({ ...line, state: 'on', caller: { name: 'anna', since: 1 } }).word).toBe('anna is on')
  expect(stateTag({ ...line, state: 'waiting', caller: null })).toEqual({
    tone: 'plain',
    word: 'waits for a call',
  })
  expect(stateTag({ ...line, state: 'open', caller: null }).word).toBe('open')
})

import { anyRule, formatAddress, type Rule, type Snapshot } from '@bauta/config'
import { beforeEach, describe, expect, test } from 'vitest'
import { benchLinks, benchSnapshot, LAN, WAN } from '../path/bench.ts'
import { NETFILTER_SETTINGS } from '../path/golden-netfilter.ts'
import { framesFromText } from '../path/packet-text.ts'
import { ApplyRefused, NotStored } from './apply.ts'
import { House } from './house.ts'

const denying = (rule: Partial<Rule>, chain = 1): Snapshot => {
  const snapshot = benchSnapshot()
  const rules = snapshot.rules.chains[chain]!.rules
  rules.unshift({ ...anyRule(90), target: { verdict: 'DENY' }, ...rule })
  return snapshot
}
const from = (network: string) => ({ source: { network, invert: false } })

let house: House
beforeEach(() => {
  house = new House()
  const open = (text: string, way = LAN) => house.bench.receive(way, framesFromText(text)[0]!)
  open('tcp 192.168.77.11:40000 > 93.184.216.34:80 [S]')
  open('tcp 93.184.216.34:80 > 198.51.100.2:40000 [S.]', WAN)
  open('udp 192.168.77.12:5000 > 93.184.216.34:53 len 60')
  open('icmp 192.168.77.12 > 93.184.216.34 type 8 icmpid 5007')
  house.bench.taken()
})

describe('an apply', () => {
  test('goes through all steps in order and says what it did', async () => {
    const reply = await house.applier.apply({ revision: 2, snapshot: denying(from('192.168.77.99')) })
    expect(house.diary).toEqual(['configure 2', 'attach', 'dns', 'save 2'])
    expect(reply).toEqual({
      revision: 2,
      actions: ['new rule in forward: -s 192.168.77.99 -j DENY', 'DNS told'],
      cut: 0,
    })
    expect(house.applier.inForce.revision).toBe(2)
  })

  test('shows its services the settings that are being made true, and the old ones again when it fails', async () => {
    const snapshot = benchSnapshot()
    snapshot.timeouts = { ...snapshot.timeouts, udp: 17 }
    await house.applier.apply({ revision: 2, snapshot })
    const { udp } = benchSnapshot().timeouts
    house.failing = 'save'
    await expect(house.applier.apply({ revision: 3, snapshot: benchSnapshot() })).rejects.toThrow(
      'save 3 failed',
    )
    expect(house.heard).toEqual([17, udp, 17])
  })

  test('that was made for the settings from before does not undo what came in between', async () => {
    const saved = house.applier.apply({ revision: 2, snapshot: denying(from('192.168.77.99')) })
    const late = house.applier.apply({ revision: 0, snapshot: benchSnapshot() }, 1)
    await expect(late).rejects.toThrow('revision 2 came in between')
    await saved
    expect(house.applier.inForce.revision).toBe(2)
  })

  test('does not begin once the dataplane is being stopped, and one under way is waited for', async () => {
    const under = house.applier.apply({ revision: 2, snapshot: benchSnapshot() })
    const late = house.applier.apply({ revision: 3, snapshot: benchSnapshot() })
    const ends: string[] = []
    const noted = Promise.all([
      under.then(() => ends.push('under way')),
      late.catch((error: Error) => ends.push(error.message)),
    ])
    while (house.diary.length === 0) await Promise.resolve()
    await house.applier.close()
    expect(house.diary).toEqual(['configure 2', 'attach', 'dns', 'save 2'])
    await noted
    await house.applier.reconsider()
    expect(ends).toEqual(['under way', 'the dataplane is being stopped'])
    expect(house.diary).toHaveLength(4)
  })

  test('ends the connections whose verdict changed, and no others', async () => {
    const request = { revision: 2, snapshot: denying(from('192.168.77.12')) }
    expect(house.applier.check(request).cut).toBe(2)
    expect(house.bench.table.count).toBe(3)
    expect((await house.applier.apply(request)).cut).toBe(2)
    expect(house.bench.table.count).toBe(1)
  })

  test.each([
    [
      'the answers, in input',
      denying(
        { sourcePorts: { from: 53, to: 53, invert: false }, protocol: { number: 17, invert: false } },
        0,
      ),
      1,
    ],
    ['the answers, in output', denying({ destination: { network: '192.168.77.11', invert: false } }, 2), 1],
    [
      'the masqueraded packet, in output',
      denying({ icmp: { type: 8, code: null, invert: false }, protocol: { number: 1, invert: false } }, 2),
      1,
    ],
    [
      'echo replies',
      denying({ icmp: { type: 0, code: null, invert: false }, protocol: { number: 1, invert: false } }, 0),
      1,
    ],
    ['everything new', denying({ connection: 'new' }), 0],
    ['nothing, switched off', denying({ enabled: false }), 0],
    ['masquerading at all', denying({ target: { verdict: 'ACCEPT' } }), 3],
  ])('sees %s', (_, snapshot, cut) => {
    expect(house.applier.check({ revision: 2, snapshot }).cut).toBe(cut)
  })

  test.each(['configure', 'attach', 'dns', 'save'])('that fails at “%s” changes nothing', async (step) => {
    house.failing = step
    const snapshot = denying(from('192.168.77.0/24'))
    snapshot.dns.cacheSize = 77
    const refusal = house.applier.apply({ revision: 2, snapshot })
    await expect(refusal).rejects.toThrow(ApplyRefused)
    await expect(refusal).rejects.toThrow(/^\w+( \d)? failed$/)
    expect(await refusal.catch((error: unknown) => error instanceof NotStored)).toBe(step === 'save')
    expect(house.diary).toContain('configure 1')
    expect(house.diary.at(-1)).toBe('dns')
    expect(house.diary).not.toContain('end')
    expect(house.applier.inForce).toMatchObject({ revision: 1, snapshot: benchSnapshot() })
    expect(house.bench.table.count).toBe(3)
    house.bench.receive(LAN, framesFromText('tcp 192.168.77.11:40000 > 93.184.216.34:80 [.]')[0]!)
    expect(house.bench.taken()).toHaveLength(1)
  })

  test('that has nothing to do with DNS does not wait for a DNS that cannot start', async () => {
    house.failing = 'dns'
    const reply = await house.applier.apply({ revision: 2, snapshot: denying(from('192.168.77.12')) })
    expect(reply.actions.at(-1)).toBe('DNS is left as it was: dns failed')
    expect(reply.cut).toBe(2)
    expect(house.applier.inForce.revision).toBe(2)
  })

  test('says when nothing is under way any more, whether it went well or not', async () => {
    const apply = (revision: number) => house.applier.apply({ revision, snapshot: benchSnapshot() })
    await house.applier.begin()
    await apply(2)
    house.failing = 'save'
    await expect(apply(3)).rejects.toThrow('save')
    await house.applier.relink(benchLinks())
    expect(house.settled).toEqual([1, 2, 2, 2])
    expect(house.diary.filter((step) => step.startsWith('configure')).at(-1)).toBe('configure 2')
  })

  test('runs one at a time', async () => {
    const apply = (revision: number) => house.applier.apply({ revision, snapshot: benchSnapshot() })
    await Promise.all([apply(2), apply(3), apply(4)])
    const steps = (revision: number) => [`configure ${revision}`, 'attach', 'dns', `save ${revision}`]
    expect(house.diary).toEqual([...steps(2), ...steps(3), ...steps(4)])
  })

  test('twice the same does nothing the second time', async () => {
    const request = { revision: 2, snapshot: denying(from('192.168.77.12')) }
    await house.applier.apply(request)
    expect(await house.applier.apply(request)).toEqual({ revision: 2, actions: ['DNS told'], cut: 0 })
  })
})

describe('rule counters', () => {
  const count = (id: number) => house.bench.counters.rules[2 * house.applier.inForce.slots.ofRule(id)]!

  test('go on over a change of another rule, and begin anew when the rule changes', async () => {
    await house.applier.apply({ revision: 2, snapshot: denying(from('192.168.77.12')) })
    house.bench.receive(LAN, framesFromText('tcp 192.168.77.11:40000 > 93.184.216.34:80 [.]')[0]!)
    house.bench.receive(LAN, framesFromText('udp 192.168.77.12:5000 > 93.184.216.34:53')[0]!)
    expect([count(90), count(3)]).toEqual([1, 4])
    const other = denying(from('192.168.77.13'))
    other.rules.chains[1]!.rules.reverse()
    await house.applier.apply({ revision: 3, snapshot: other })
    expect([count(90), count(3)]).toEqual([0, 4])
  })
})

test('rules of netfilter cut what they no longer let through, and leave alone what they do', async () => {
  const { snapshot } = NETFILTER_SETTINGS['nf-home']!
  const open = (text: string) => house.bench.receive(LAN, framesFromText(text)[0]!)
  await house.applier.apply({ revision: 2, snapshot: snapshot! })
  house.bench.configure({ snapshot: snapshot! })
  open('tcp 192.168.77.11:41000 > 93.184.216.35:80 [S]')
  expect(house.bench.table.count).toBe(4)
  const denying = NETFILTER_SETTINGS['nf-home-denies']!.snapshot!
  expect((await house.applier.apply({ revision: 3, snapshot: denying })).cut).toBe(3)
  expect(formatAddress(house.bench.table.server(3))).toBe('93.184.216.35')
  expect(house.bench.table.count).toBe(1)
})

import { anyRule, type Ports, type Rule, type Snapshot } from '@bauta/config'
import { beforeEach, describe, expect, test } from 'vitest'
import { benchLinks, benchSnapshot, LAN, WAN } from '../path/bench.ts'
import { NETFILTER_SETTINGS } from '../path/golden-netfilter.ts'
import { framesFromText } from '../path/packet-text.ts'
import { House } from './house.ts'
import { LineTurns } from './reread.ts'

const FIRST = '198.51.100.2'
const OTHER = '198.51.100.9'

let house: House
beforeEach(() => {
  house = new House()
})

const send = (text: string, way = LAN) => {
  house.bench.receive(way, framesFromText(text)[0]!)
  return house.bench.taken().length
}
const lineIs = (wanAddress: string | null) => house.applier.relink(benchLinks({ wanAddress }))
const counted = () => {
  const { slots } = house.applier.inForce
  return [...slots.slots.values()].reduce((sum, slot) => sum + house.bench.counters.counted(slot).packets, 0)
}
const choosing = (ports: Partial<Ports>, snapshot = benchSnapshot()): Snapshot => ({
  ...snapshot,
  ports: { ...snapshot.ports, ...ports },
})
const take = (snapshot: Snapshot) =>
  house.applier.apply({ revision: house.applier.inForce.revision + 1, snapshot })

describe('the rules are read again', () => {
  test.each([
    ['never, where nothing is chosen', {}, false, false],
    ['when the line goes down', { rereadDown: true }, true, false],
    ['when it comes up', { rereadUp: true }, false, true],
    ['at both', { rereadUp: true, rereadDown: true }, true, true],
  ])('%s: counters begin at zero then, and the log says why', async (_, ports, down, up) => {
    await take(choosing(ports))
    send('udp 192.168.77.12:5000 > 93.184.216.34:53 len 60')
    expect(counted()).toBeGreaterThan(0)
    await lineIs(null)
    expect(counted() === 0, 'after it went down').toBe(down)
    send('udp 192.168.77.12:5001 > 192.168.77.1:53 len 60')
    expect(counted()).toBeGreaterThan(0)
    await lineIs(FIRST)
    expect(counted() === 0, 'after it came up').toBe(up)
    const because = [
      ...(down ? [`the line went down (it had ${FIRST})`] : []),
      ...(up ? [`the line came up with ${FIRST}`] : []),
    ]
    expect(house.log).toEqual(
      because.map(
        (why) => `the rules were read again: ${why}; their counters begin at zero, limits are open again`,
      ),
    )
  })

  test('another address without a moment in between is a line that came up', async () => {
    await take(choosing({ rereadUp: true }))
    await lineIs(OTHER)
    expect(house.log).toHaveLength(1)
    await lineIs(OTHER)
    expect(house.log, 'nothing turned').toHaveLength(1)
  })

  test('limits have all their room again, and only then', async () => {
    const limited: Rule = {
      ...anyRule(500),
      protocol: { number: 17, invert: false },
      limit: { rate: 1, per: 'day', burst: 1 },
      target: { verdict: 'ACCEPT' },
    }
    const refuse: Rule = {
      ...anyRule(501),
      protocol: { number: 17, invert: false },
      target: { verdict: 'DENY' },
    }
    const snapshot = structuredClone(NETFILTER_SETTINGS['nf-home']!.snapshot!)
    snapshot.rules.chains[1]!.rules.unshift(limited, refuse)
    const passes = (port: number) => send(`udp 192.168.77.12:${port} > 93.184.216.34:53 len 60`) > 0
    await take(choosing({}, snapshot))
    expect([passes(6001), passes(6002)]).toEqual([true, false])
    await lineIs(OTHER)
    expect(passes(6003), 'nothing is chosen').toBe(false)
    await take(choosing({ rereadUp: true }, snapshot))
    await lineIs(FIRST)
    expect([passes(6004), passes(6005)]).toEqual([true, false])
  })

  test('a live connection that the rules of the line do not let through any more ends', async () => {
    const snapshot = choosing({ rereadUp: true, linkDown: 'keep' })
    send('tcp 192.168.77.11:40000 > 93.184.216.34:80 [S]')
    send('tcp 93.184.216.34:80 > 198.51.100.2:40000 [S.]', WAN)
    snapshot.rules.chains[0]!.rules.unshift({
      ...anyRule(500),
      source: { network: '192.168.77.11', invert: false },
      inInterface: { name: 'late0', invert: false },
      target: { verdict: 'DENY' },
    })
    await take(snapshot)
    expect(house.bench.table.count).toBe(1)
    await lineIs(OTHER)
    expect(house.bench.table.count, 'lan0 is not late0').toBe(1)
    expect(house.log).toHaveLength(1)
  })
})

test('a line that was up at the start has not come up since', () => {
  const turns = new LineTurns(5)
  expect(turns.look(5)).toBeNull()
  expect(turns.look(0)?.up).toBe(false)
  expect(turns.look(0)).toBeNull()
  expect(turns.look(5)?.up).toBe(true)
})

describe('constant DNS addresses', () => {
  const with1 = (...constant: string[]): Snapshot => {
    const snapshot = benchSnapshot()
    return { ...snapshot, dns: { ...snapshot.dns, constant } }
  }

  test('lead to the servers that the line has, as soon as it has them', async () => {
    house.servers = ['203.0.113.53']
    await take(with1('10.2.0.1', '10.2.0.2'))
    expect(house.applier.inForce.config.constantDns.map(({ server }) => server)).toEqual([0xcb007135, 0])
    house.servers = ['203.0.113.54', '203.0.113.55']
    await house.applier.reconsider()
    expect(house.applier.inForce.config.constantDns.map(({ server }) => server)).toEqual([
      0xcb007136, 0xcb007137,
    ])
  })

  test.each([
    ['192.168.77.9', 'the home network (192.168.77.0/24)'],
    ['198.51.100.77', 'the provider’s network (198.51.100.0/24)'],
  ])('%s is refused beside its field: it is in a network of the box', async (address, where) => {
    await expect(take(with1('10.2.0.1', address))).rejects.toMatchObject({
      faults: [{ path: ['dns', 'constant', 1], message: expect.stringContaining(where) }],
    })
    expect(house.applier.inForce.config.constantDns).toEqual([])
  })

  test('what another lease made wrong does not stand in the way of other changes', async () => {
    await take(with1('203.0.113.9'))
    await house.applier.relink(benchLinks({ wanAddress: '203.0.113.7' }))
    const snapshot = with1('203.0.113.9')
    await take({ ...snapshot, timeouts: { ...snapshot.timeouts, udp: 17 } })
    expect(house.applier.inForce.snapshot.timeouts.udp).toBe(17)
  })
})

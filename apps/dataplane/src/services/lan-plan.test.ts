import { expect, it } from 'vitest'
import { type KernelDevice, MARK, planLan, type WantedLan } from './lan-plan.ts'

const port = (name: string, more: Partial<KernelDevice> = {}): KernelDevice => ({
  name,
  mac: `02:00:00:00:00:0${name.at(-1)}`,
  kind: null,
  alias: null,
  master: null,
  up: true,
  addresses: [],
  ...more,
})
const bridge = (more: Partial<KernelDevice> = {}): KernelDevice =>
  port('br-lan', { kind: 'bridge', alias: MARK, mac: '02:00:00:00:00:01', ...more })
const WANTED: WantedLan = {
  address: '192.168.77.1/24',
  held: [],
  ports: ['eth1', 'eth2'],
  named: ['eth0', 'eth1', 'eth2'],
}

const plan = (devices: KernelDevice[], wanted: Partial<WantedLan> = {}): string[] =>
  planLan({ ...WANTED, ...wanted }, new Map(devices.map((one) => [one.name, one]))).map(({ ip }) =>
    ip.join(' '),
  )

it('makes the bridge with the address of the first port, joins the ports and gives it the address', () => {
  expect(plan([port('eth0'), port('eth1'), port('eth2', { up: false })])).toEqual([
    'link add br-lan address 02:00:00:00:00:01 type bridge stp_state 0 forward_delay 0',
    'link set br-lan alias bauta',
    'link set eth1 master br-lan',
    'link set eth2 master br-lan',
    'link set eth2 up',
    'link set br-lan up',
    'address add 192.168.77.1/24 broadcast + dev br-lan',
  ])
})

const RUNNING = [
  port('eth0'),
  port('eth1', { master: 'br-lan' }),
  port('eth2', { master: 'br-lan' }),
  bridge({ addresses: ['192.168.77.1/24'] }),
]

it('has nothing to do when all is as it should be', () => {
  expect(plan(RUNNING)).toEqual([])
})

it('joins a port that came later', () => {
  expect(plan([...RUNNING.filter(({ name }) => name !== 'eth2'), port('eth2', { up: false })])).toEqual([
    'link set eth2 master br-lan',
    'link set eth2 up',
  ])
})

it('waits for a port that is not there', () => {
  expect(plan(RUNNING.filter(({ name }) => name !== 'eth2'))).toEqual([])
})

it('lets a port go that plays another part now', () => {
  expect(plan(RUNNING, { ports: ['eth1'] })).toEqual(['link set eth2 nomaster'])
})

it('takes the address from a port, because the bridge has it now', () => {
  expect(
    plan([bridge({ addresses: ['192.168.77.1/24'] }), port('eth1', { addresses: ['10.0.0.1/8'] })]),
  ).toEqual(['address delete 10.0.0.1/8 dev eth1', 'link set eth1 master br-lan'])
})

it('moves: the new address comes before the old one goes', () => {
  expect(plan(RUNNING, { address: '10.77.0.1/24' })).toEqual([
    'address add 10.77.0.1/24 broadcast + dev br-lan',
    'address delete 192.168.77.1/24 dev br-lan',
  ])
})

it('gives the bridge an address once, also when that very one is held', () => {
  const bare = RUNNING.map((one) => ({ ...one, addresses: [] }))
  expect(plan(bare, { held: ['192.168.77.1/24'] })).toEqual([
    'address add 192.168.77.1/24 broadcast + dev br-lan',
  ])
})

it('moves without letting the old address go while it is held', () => {
  expect(plan(RUNNING, { address: '10.77.0.1/24', held: ['192.168.77.1/24'] })).toEqual([
    'address add 10.77.0.1/24 broadcast + dev br-lan',
  ])
})

it('changes the size of the network at the same address', () => {
  expect(plan(RUNNING, { address: '192.168.77.1/25' })).toEqual([
    'address add 192.168.77.1/25 broadcast + dev br-lan',
    'address delete 192.168.77.1/24 dev br-lan',
  ])
})

it('takes everything away where the operating system cares for the home network', () => {
  expect(plan(RUNNING, { address: null })).toEqual([
    'link set eth1 nomaster',
    'link set eth2 nomaster',
    'link delete br-lan',
  ])
})

it('leaves a bridge of the same name alone that somebody else made', () => {
  const foreign = bridge({ alias: null, addresses: ['192.168.1.1/24'] })
  expect(plan([foreign], { address: null })).toEqual([])
  expect(() => plan([foreign])).toThrow('Bauta did not make')
})

it('takes over a bridge that it made and was killed before marking', () => {
  expect(plan([bridge({ alias: null, up: false })], { ports: [] })).toEqual([
    'link set br-lan alias bauta',
    'link set br-lan up',
    'address add 192.168.77.1/24 broadcast + dev br-lan',
  ])
})

it('leaves a tap in the bridge that somebody put there', () => {
  expect(plan([...RUNNING, port('tap0', { kind: 'tun', master: 'br-lan' })])).toEqual([])
})

it('takes hardware out of the bridge that no setting names any more', () => {
  expect(plan([...RUNNING, port('eth3', { master: 'br-lan' })])).toEqual(['link set eth3 nomaster'])
})

it('refuses a port of another bridge, and a bridge as a port', () => {
  expect(() => plan([port('eth1', { master: 'br0' })])).toThrow('eth1 belongs to br0')
  expect(() => plan([port('eth1', { kind: 'bridge' })])).toThrow('eth1 is a bridge itself')
})

/** One value per question, measured in a lab that is up, whatever routes in it. */
import path from 'node:path'
import type { Lab } from '../lab/lab.ts'
import { LAN, SERVERS, SERVICES } from '../lab/plan.ts'
import { sleep } from '../lab/shell.ts'
import { macOf } from '../net/harness/mac.ts'
import { IngressCounter } from './counter.ts'
import type { Order, Sent } from './generator.ts'
import { connectionCount, memoryInUse } from './memory.ts'
import { highestRate, percentile, type Trial } from './statistics.ts'

export interface Effort {
  bulkSeconds: number
  pings: number
  udpSeconds: number
  connectionsPerTry: number
}

const SERVER = SERVERS['www.example.org']
/** Addresses that all answer: a connection of the bench goes to each of them once. */
const CROWD = { first: '100.80.0.0', network: '100.80.0.0/12' }
/** Set on both ends by iperf3 itself, because a namespace may not have every algorithm as its default. */
export const CONGESTION_CONTROL = 'cubic'
const DISCARD = 9999
const GENERATOR = path.join(import.meta.dirname, 'generator.ts')
/** What is still on its way when the generator has ended. */
const SETTLE_MS = 150

export type Figures = Record<string, number>

export async function measure(lab: Lab, effort: Effort): Promise<Figures> {
  const bulk = (streams: number, down: boolean) => throughput(lab, streams, down, effort.bulkSeconds)
  // ARP, JIT and TCP metrics are warm before anything counts
  throughput(lab, 1, false, 1)
  return {
    up1: bulk(1, false),
    up4: bulk(4, false),
    down1: bulk(1, true),
    down4: bulk(4, true),
    ...roundTrips(lab, effort.pings),
    udp: await udpRate(lab, effort.udpSeconds),
    ...(await newConnections(lab, effort.connectionsPerTry)),
  }
}

/** @returns bits per second that arrived */
function throughput(lab: Lab, streams: number, down: boolean, seconds: number): number {
  const direction = down ? ['-R'] : []
  const argv = [
    'iperf3',
    '-J',
    '-c',
    SERVER,
    '-p',
    String(SERVICES.iperf3),
    '-C',
    'cubic',
    '-t',
    String(seconds),
  ]
  const said = JSON.parse(lab.run('lan1', [...argv, '-P', String(streams), ...direction]))
  const { sum_received, sender_tcp_congestion, receiver_tcp_congestion } = said.end
  for (const used of [sender_tcp_congestion, receiver_tcp_congestion])
    if (used !== CONGESTION_CONTROL) throw new Error(`iperf3 used ${used} instead of ${CONGESTION_CONTROL}`)
  return sum_received.bits_per_second
}

/** @returns microseconds */
function roundTrips(lab: Lab, count: number): Figures {
  const said = lab.run('lan1', ['ping', '-n', '-i', '0.002', '-c', String(count), SERVER])
  const times = [...said.matchAll(/time=([\d.]+) ms/g)].map((found) => Number(found[1]) * 1000)
  return { pingP50: percentile(times, 0.5), pingP99: percentile(times, 0.99) }
}

function generate(lab: Lab, order: Omit<Order, 'device' | 'router' | 'client'>): Sent {
  const complete: Order = { ...order, device: 'eth0', router: macOf(lab, 'router', 'lan0'), client: LAN.lan1 }
  return JSON.parse(lab.run('lan1', [process.execPath, GENERATOR, JSON.stringify(complete)]))
}

/** @returns 64-byte datagrams a second */
async function udpRate(lab: Lab, seconds: number): Promise<number> {
  const counter = new IngressCounter(lab, 'isp', 'line0', `udp dport ${DISCARD}`)
  const rate = await highestRate(50_000, async (rate) => {
    const order = {
      kind: 'udp',
      server: SERVER,
      port: DISCARD,
      rate,
      packets: Math.ceil(rate * seconds),
      skip: 0,
    } as const
    return offer(counter, () => generate(lab, order))
  })
  counter.remove()
  return rate
}

/**
 * A connection counts when its SYN went out masqueraded and the server's SYN+ACK came back to lan1. Servers are stateless (SYN
 * cookies), so that the router is what is measured. The memory of all connections that were made is looked at in the end.
 */
async function newConnections(lab: Lab, perTry: number): Promise<Figures> {
  lab.run('isp', ['ip', 'route', 'add', 'local', CROWD.network, 'dev', 'lo'])
  lab.run('isp', ['sh', '-c', 'echo 2 > /proc/sys/net/ipv4/tcp_syncookies'])
  const counter = new IngressCounter(lab, 'lan1', 'eth0', 'tcp flags & (syn | ack) == syn | ack')
  const before = { bytes: memoryInUse(lab), count: await connectionCount(lab) }
  let skip = 0
  const rate = await highestRate(20_000, async (rate) => {
    const order = {
      kind: 'syn',
      server: CROWD.first,
      port: SERVICES.iperf3,
      rate,
      packets: perTry,
      skip,
    } as const
    skip += perTry
    return offer(counter, () => generate(lab, order))
  })
  const after = { bytes: memoryInUse(lab), count: await connectionCount(lab) }
  counter.remove()
  lab.run('isp', ['ip', 'route', 'del', 'local', CROWD.network, 'dev', 'lo'])
  return {
    connections: rate,
    bytesPerConnection: (after.bytes - before.bytes) / (after.count - before.count),
  }
}

async function offer(counter: IngressCounter, send: () => Sent): Promise<Trial> {
  const before = counter.read()
  const { packets, seconds, answered } = send()
  await sleep(SETTLE_MS)
  const arrived = counter.read() - before
  return { offered: packets / seconds, delivered: arrived / answered, lost: 1 - arrived / packets }
}

/** Random packets for the tests of the tracer, and what they are made of. Not exported. */
import { LAN, LAN2, WAN } from '../path/bench.ts'
import { BOX } from '../path/crossing.ts'
import { framesFromText } from '../path/packet-text.ts'

/** Park and Miller's minimal standard generator: the same cases in every run. */
export function generator(seed: number) {
  let state = seed
  const next = () => {
    state = (state * 48_271) % 0x7fffffff
    return state
  }
  return { next, pick: <T>(list: readonly T[]): T => list[next() % list.length]! }
}
export type Dice = ReturnType<typeof generator>

export const NEAR = ['192.168.77.11', '192.168.77.12', '192.168.78.5']
export const FAR = ['93.184.216.34', '93.184.216.40']
export const OWN = ['192.168.77.1', '198.51.100.2']
export const PORTS = [22, 53, 80, 5000, 40_000]

export function randomFrame({ next, pick }: Dice): [number, Uint8Array] {
  const everybody = [...NEAR, ...FAR, ...OWN]
  const [source, destination] =
    next() % 3 === 0 ? [pick(NEAR), pick(FAR)] : [pick(everybody), pick(everybody)]
  const right = FAR.includes(source) ? WAN : OWN.includes(source) ? BOX : source === NEAR[2] ? LAN2 : LAN
  const words = `ttl ${pick([1, 60, 64, 64])}${pick(['', ' DF'])} len ${pick([60, 200, 1500])}`
  const ends = `${source}:${pick(PORTS)} > ${destination}:${pick(PORTS)}`
  const text = pick([
    `tcp ${ends} [${pick(['S', 'S', 'S.', '.', 'F.', 'R', 'SF'])}] ${words}`,
    `udp ${ends} ${words}`,
    `icmp ${source} > ${destination} type ${pick([0, 8, 5, 13])} code 0 icmpid ${pick(PORTS)} ${words}`,
    `icmp ${source} > ${destination} type 3 code 3 about {udp ${destination}:${pick(PORTS)} > ${source}:53}`,
    `protocol ${pick([47, 50, 2])} ${source} > ${destination} ${words}`,
  ])
  return [next() % 6 === 0 ? pick([LAN, LAN2, WAN, BOX]) : right, framesFromText(text)[0]!]
}

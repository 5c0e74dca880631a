/**
 * What rules want done to a packet beside letting it pass: its TOS, its time to live, its MSS. Rules are asked about a packet at
 * several places; what they want is written into it at the next one where it is whole and ours to change.
 */
import { CLAMP_TO_MTU } from '@bauta/chains'
import { clampMss, setTos, setTtl } from '@bauta/packet'
import { DROP } from '../drop-reasons.ts'
import { type Crossing, GO_ON } from './crossing.ts'

const HIGHEST_TTL = 255

/** A new packet for the rules. */
export function begin(c: Crossing): number {
  if (c.evaluator.effects) c.evaluator.begin(c.view.ttl, c.now)
  return GO_ON
}

/** TOS and MSS; the time to live is `ttl`'s affair. */
export function change(c: Crossing): number {
  const { evaluator, view } = c
  if (!evaluator.effects) return GO_ON
  const { tosAnd, tosXor, mss } = evaluator
  if (tosAnd !== 0xff || tosXor !== 0) {
    setTos(view, (view.tos & tosAnd) ^ tosXor)
    evaluator.tosAnd = 0xff
    evaluator.tosXor = 0
  }
  if (mss !== 0) clampMss(view, mss === CLAMP_TO_MTU ? pathMss(c) : mss)
  return GO_ON
}

/** RFC 879: 20 bytes of IP and 20 of TCP around the payload; the smaller of the two links decides. */
function pathMss(c: Crossing): number {
  const inward = c.inIf < 0 ? 65_535 : c.interfaces[c.inIf]!.mtu
  const outward = c.outIf < 0 ? 65_535 : c.interfaces[c.outIf]!.mtu
  return Math.min(inward, outward) - 40
}

/** What a rule made of the time to live before the packet was routed: it counts for the routing too. */
export function changeTtl(c: Crossing): number {
  const { evaluator, view } = c
  if (!evaluator.effects || evaluator.ttl === view.ttl) return GO_ON
  if (evaluator.ttl === 0) return DROP['ttl-exceeded']
  setTtl(view, evaluator.ttl)
  return GO_ON
}

/** From here on rules see the time to live as it will leave. */
export function routed(c: Crossing): number {
  if (c.evaluator.effects) c.evaluator.ttl = c.view.ttl - 1
  return GO_ON
}

/** The kernel takes one off what is written here; 255 can leave as 254 at most. */
export function changeRoutedTtl(c: Crossing): number {
  const { evaluator, view } = c
  if (!evaluator.effects || evaluator.ttl === view.ttl - 1) return GO_ON
  if (evaluator.ttl === 0) return DROP['ttl-exceeded']
  setTtl(view, Math.min(evaluator.ttl + 1, HIGHEST_TTL))
  return GO_ON
}

/** ICMP errors that the box sends about a packet it does not carry. */
import { clearVnetHeader, mayAnswerWithError, VNET_HEADER, writeIcmpError } from '@bauta/packet'
import type { Device } from '@bauta/tun-tap'
import { GAUGE } from '../counters.ts'
import { BOX, type Crossing } from './crossing.ts'

export const ICMP = {
  unreachable: 3,
  net: 0,
  host: 1,
  proto: 2,
  port: 3,
  fragmentationNeeded: 4,
  netProhibited: 9,
  hostProhibited: 10,
  administrativelyProhibited: 13,
  timeExceeded: 11,
} as const

/** Where an answer of the box to this packet goes out. */
export const wayOfAnswer = (c: Crossing): Device | null | undefined =>
  c.inIf === BOX ? c.devices[c.outIf] : c.box

/** Whether the rate limit has room for one more. */
export function sendsAnswer(c: Crossing): boolean {
  if (c.errors.take(c.now)) return true
  c.counters.gauges[GAUGE.errorsHeld]! += 1
  return false
}

/**
 * Tells the sender, within the rate limit and where RFC 1812 4.3.2.7 allows it. The box's own sockets are told in
 * the name of the destination, through the interface they wanted to use.
 */
export function answer(c: Crossing, type: number, code: number, mtu = 0): void {
  if (!mayAnswerWithError(c.view) || c.isBroadcast(c.view.destination)) return
  const fromBox = c.inIf === BOX
  const source = fromBox ? c.view.destination : c.interfaces[c.inIf]!.address
  const device = wayOfAnswer(c)
  if (source === 0 || !device || !sendsAnswer(c)) return
  clearVnetHeader(c.scratch, 0)
  const length = writeIcmpError(c.scratch, VNET_HEADER, c.view, type, code, source, mtu)
  if (device.write(c.scratch, VNET_HEADER + length) > 0) c.counters.gauges[GAUGE.errorsSent]! += 1
}

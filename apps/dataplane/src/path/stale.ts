/**
 * Connections of a WAN address that is not ours any more, where the settings keep them as 2.2 did (ports.linkDown). They wait for their
 * timeout, or for the address to come back. Nothing leaves under the old address; with ip_dynaddr what nobody has answered yet goes on
 * under the new one as soon as its machine sends again.
 */
import { FLAG } from '@bauta/masq'
import { DROP } from '../drop-reasons.ts'
import { type Crossing, GO_ON } from './crossing.ts'

/** For a packet of a known connection, on its way out. */
export function stillOurs(c: Crossing): number {
  if (!c.keepsStale || c.slot < 0 || c.outIf !== c.wan) return GO_ON
  const { table, slot, wanAddress } = c
  if ((table.flags(slot) & FLAG.inside) !== 0 || table.wan(slot) === wanAddress) return GO_ON
  return c.dynaddr && wanAddress !== 0 && !c.aboutSlot && c.masq.follow(slot, wanAddress)
    ? GO_ON
    : DROP['stale-source']
}

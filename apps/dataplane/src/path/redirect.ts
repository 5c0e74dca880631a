/**
 * REDIRECT of the classic dialect: a packet for anybody becomes one for the box itself, so that a service here (a proxy) answers it.
 *
 * 2.2 handed such a packet to the socket as it was; here it is translated to the address of the interface it came by, as
 * netfilter does it, and the answers leave under the name of who was asked. Both together are a connection of the table, so packets of
 * the household are looked up on their far side, too, where rules redirect at all.
 */
import { FLAG, IN } from '@bauta/masq'
import { DROP } from '../drop-reasons.ts'
import { findInward, isLocal, opened } from './connection.ts'
import { type Crossing, GO_ON } from './crossing.ts'

/** From the LAN: a packet of a connection that was redirected. */
export function findRedirected(c: Crossing): number {
  if (!c.redirects || c.slot >= 0) return GO_ON
  findInward(c)
  if (c.slot >= 0 && isLocal(c)) c.redirect = true
  else c.slot = -1
  return GO_ON
}

/** The input chain said REDIRECT. What belongs to a connection already goes as that goes. */
export function redirect(c: Crossing): void {
  if (c.slot >= 0) return
  c.redirect = true
  c.lets = 0
}

/** Without a port in the rule the packet keeps its own. */
export function openRedirected(c: Crossing): number {
  if (c.slot >= 0) return GO_ON
  const { wish, evaluator, view } = c
  const { address } = c.interfaces[c.inIf]!
  if (address === 0) return DROP['no-route']
  wish.clear()
  wish.destination = address
  wish.destinationPort = evaluator.targets[evaluator.target]!.portFrom
  wish.flags = FLAG.local
  return opened(c, c.masq.openTranslated(view, IN, wish, c.wanAddress, evaluator.ruleId, c.revision, c.now))
}

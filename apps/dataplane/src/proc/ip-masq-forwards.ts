/**
 * /proc/net/ip_masq/portfw, mfw and autofw as ip_masq_portfw.c, ip_masq_mfw.c and ip_masq_autofw.c of 2.2 printed them.
 *
 * 2.2 had an entry per port and machine, so a forward of a range is as many lines, and one for both protocols twice as many. The
 * local address is that of the WAN. A DMZ host and who may come have no place in these files.
 */
import { type Forward, type Forwards, parseAddress, usesTcp, usesUdp } from '@bauta/config'
import type { ArmedFor } from '../armed.ts'
import { hex, record } from './record.ts'

const LENGTH = 64
const TCP = 6
const UDP = 17

/** How many of its connections in a row the machine whose turn it is still serves. */
export interface Turn {
  /** Which of the machines. */
  next: number
  left: number
}

/**
 * @param wan the address that is forwarded from; 0 while there is none
 * @param turnOf of a forward, by its number
 * @yields the header, then UDP and then TCP entries, 64 bytes each
 */
export function* ipMasqPortfwRecords(
  { list }: Forwards,
  wan: number,
  turnOf: (id: number) => Turn | null,
): Generator<string> {
  yield record('Prot LAddr    LPort > RAddr    RPort PrCnt  Pref', LENGTH)
  const enabled = list.filter((forward) => forward.enabled)
  for (const forward of enabled) if (usesUdp(forward.protocol)) yield* entries('UDP', forward, wan, turnOf)
  for (const forward of enabled) if (usesTcp(forward.protocol)) yield* entries('TCP', forward, wan, turnOf)
}

function* entries(
  protocol: string,
  { id, ports, targetPort, targets }: Forward,
  wan: number,
  turnOf: (id: number) => Turn | null,
): Generator<string> {
  if (!ports) return
  const turn = turnOf(id)
  for (let port = ports.from; port <= ports.to; port++)
    for (let i = 0; i < targets.length; i++) {
      // In the order in which they will serve: who has served goes to the end.
      const at = ((turn?.next ?? 0) + i) % targets.length
      const { address, turns } = targets[at]!
      const left = i === 0 && turn ? turn.left : turns
      const there = (targetPort ?? ports.from) + port - ports.from
      yield record(
        [
          `${protocol} `,
          hex(wan, 8),
          String(port).padStart(5),
          '>',
          hex(parseAddress(address)!, 8),
          String(there).padStart(5),
          String(left).padStart(5),
          String(turns).padStart(5),
        ].join(' '),
        LENGTH,
      )
    }
}

/** @yields the header, then an entry per mark and machine, in the order in which they will serve */
export function* ipMasqMfwRecords(
  { marks }: Forwards,
  turnOf: (id: number) => Turn | null,
): Generator<string> {
  yield record('FwMark > RAddr    RPort PrCnt  Pref', LENGTH)
  for (const { id, enabled, mark, targets, targetPort } of marks) {
    if (!enabled) continue
    const turn = turnOf(id)
    for (let i = 0; i < targets.length; i++) {
      const { address, turns } = targets[((turn?.next ?? 0) + i) % targets.length]!
      const figures = [targetPort ?? 0, i === 0 && turn ? turn.left : turns, turns]
      const cells = figures.map((figure) => String(figure).padStart(5))
      yield record(`0x${mark.toString(16)} > ${hex(parseAddress(address)!, 8)} ${cells.join(' ')}`, LENGTH)
    }
  }
}

/** ip_masq_autofw.h: the entry is in use, and any host may connect. */
const AUTOFW_RANGE = 1
const AUTOFW_USETIME = 0x2
const AUTOFW_SECURE = 0x4

/** Triggers. Whom one is armed for, the server that was asked, and the jiffies left; zero where it is not armed. */
export function ipMasqAutofwText({ triggers }: Forwards, armedOf: (id: number) => ArmedFor | null): string {
  let text = 'Type Prot Low  High Vis  Hid  Where    Last     CPto CPrt Timer Flags\n'
  const number = (protocol: 'tcp' | 'udp') => (protocol === 'tcp' ? TCP : UDP)
  for (const { id, enabled, opens, control, anyServer } of triggers) {
    if (!enabled) continue
    const armed = armedOf(id)
    const flags = AUTOFW_USETIME | (anyServer ? 0 : AUTOFW_SECURE)
    text += `${[
      AUTOFW_RANGE.toString(16).padStart(4),
      number(opens.protocol).toString(16).toUpperCase().padStart(4),
      `${hex(opens.from, 4)}-${hex(opens.to, 4)}/0000`,
      '0000',
      hex(armed?.client ?? 0, 8),
      hex(armed?.server ?? 0, 8),
      hex(number(control.protocol), 4),
      hex(control.port, 4),
      String(armed?.left ?? 0).padStart(6),
      flags.toString(16).toUpperCase().padStart(4),
    ].join(' ')}\n`
  }
  return text
}

/** Stations at the way out: hand the packet back to the kernel, and count it. */
import { IN, OUT } from '@bauta/masq'
import { type PacketView, PROTOCOL, VNET_HEADER } from '@bauta/packet'
import type { Device } from '@bauta/tun-tap'
import { PATH_OF } from '../counters.ts'
import { DROP } from '../drop-reasons.ts'
import { type Crossing, GO_ON } from './crossing.ts'

/** Through the box: the kernel takes one off the time to live, routes, fragments and queues. */
export function send(c: Crossing): number {
  const path =
    c.inIf === c.wan
      ? PATH_OF['wan-to-lan']
      : c.outIf === c.wan
        ? PATH_OF['lan-to-wan']
        : PATH_OF['lan-to-lan']
  const { carrier } = c
  // Before it leaves: where everything is near, the answer is there before the write is over.
  if (c.fresh) carrier?.foresee(c)
  const reason = write(c, c.devices[c.inIf], path)
  if (reason !== GO_ON) return reason
  if (c.slot < 0) notePassed(c)
  else carrier?.consider(c, c.inward ? IN : OUT, path)
  return GO_ON
}

/** To the box itself: the door takes it in by the interface it came from. */
export function deliver(c: Crossing): number {
  const path = c.inIf === c.wan ? PATH_OF['wan-to-box'] : PATH_OF['lan-to-box']
  const reason = write(c, c.devices[c.inIf], path)
  if (reason === GO_ON && c.slot < 0) notePassed(c)
  return reason
}

/** The door takes what comes next of this flow for known, as it takes what has a connection. */
function notePassed({ passed, view }: Crossing): void {
  if (passed === null) return
  const { protocol, source, destination } = view
  passed.note(protocol, source | 0, destination | 0, endsOf(view))
}

/** As the door reads them: ports, of an echo its identifier and what it is, else 0. */
function endsOf({ protocol, sourcePort, destinationPort, icmpType, icmpCode, icmpId }: PacketView): number {
  if (protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp) return (sourcePort << 16) | destinationPort
  const echo = protocol === PROTOCOL.icmp && (icmpType & ~8) === 0
  return echo ? (icmpId << 16) | (icmpType << 8) | icmpCode : 0
}

/** From the box itself: the door sends it on as it is. */
export function release(c: Crossing): number {
  return write(c, c.box, c.outIf === c.wan ? PATH_OF['box-to-wan'] : PATH_OF['box-to-lan'])
}

function write(c: Crossing, device: Device | null | undefined, path: number): number {
  if (!device || device.write(c.buffer, VNET_HEADER + c.view.totalLength) < 0) return DROP['write-failed']
  c.counters.carried(path, c.packets, c.bytes)
  return GO_ON
}

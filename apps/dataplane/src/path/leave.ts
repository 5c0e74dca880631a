/** Stations at the way out: hand the packet back to the kernel, and count it. */
import { IN, OUT } from '@bauta/masq'
import { VNET_HEADER } from '@bauta/packet'
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
  const reason = write(c, c.devices[c.inIf], path)
  if (reason === GO_ON && c.carrier !== null) c.carrier.consider(c, c.inward ? IN : OUT, path)
  return reason
}

/** To the box itself: the door takes it in by the interface it came from. */
export function deliver(c: Crossing): number {
  return write(c, c.devices[c.inIf], c.inIf === c.wan ? PATH_OF['wan-to-box'] : PATH_OF['lan-to-box'])
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

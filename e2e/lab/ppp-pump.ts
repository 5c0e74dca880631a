/**
 * `node ppp-pump.ts NEAR FAR`: makes two TUN devices and carries every packet from each to the other, super-packets whole: what
 * a pair of modems does. A packet for an end that is down is lost, as on a real line.
 */
import { type Device, MAX_FRAME, openTun, Poller } from '@bauta/tun-tap'

/** Packets in one direction before the other one has its turn. */
const BATCH = 64

const ends = process.argv.slice(2).map((name) => openTun(name))
const [near, far] = ends as [Device, Device]
const frame = new Uint8Array(MAX_FRAME)
const poller = new Poller([near.fd, far.fd])

function carry(from: Device, to: Device): void {
  for (let i = 0; i < BATCH; i++) {
    const length = from.read(frame)
    if (length === 0) return
    if (length < 0) throw new Error(`${from.name} is gone`)
    to.write(frame, length)
  }
}

for (;;) {
  poller.wait(-1)
  if (poller.ready(0)) carry(near, far)
  if (poller.ready(1)) carry(far, near)
}

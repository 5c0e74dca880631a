/** `node door-send.ts DEVICE HEX…`: puts frames on the wire of a device, inside the namespace that it runs in. */
import { sendFrames } from './harness/raw-socket.ts'

const [device = '', ...frames] = process.argv.slice(2)
if (sendFrames(device, frames) !== frames.length) throw new Error(`not every frame went out of ${device}`)

/**
 * Runs inside a guest: the door on that kernel, with devices that are really there. Each finding is a line `@@ {"name": …}`, read by
 * door.test.ts outside. What the door does with packets is e2e/net/door.test.ts; here it is what the verifier says, and that
 * each way through the programs can be run.
 */
import { execFileSync } from 'node:child_process'
import { release } from 'node:os'
import { BOX_TUN, Door, prepareDevice, prepareTun, SharedState, tunNameOf } from '@bauta/door'
import { monotonicTicks, openTun } from '@bauta/tun-tap'
import { ethernet, ipv4, PROTOCOL, udp } from '../net/harness/packets.ts'
import { sendFrames } from '../net/harness/raw-socket.ts'
import { finding } from './finding.ts'

const HOUSE = '10.1.1.2'
const OUTSIDE = '93.184.216.34'
/** Twice what a source may open at once where it may open a hundred a second. */
const FLOWS = 400

const sh = (text: string): string => execFileSync('sh', ['-c', text], { encoding: 'utf8' })
const macOf = (device: string) => sh(`cat /sys/class/net/${device}/address`).trim()

sh(
  'ip link add lan0 type veth peer name far; ip link set far up; ip link set lan0 up; ip addr add 10.1.1.1/24 dev lan0',
)
const up = openTun(tunNameOf('lan0'), { persist: true })
openTun(BOX_TUN, { persist: true })
await finding('kernel', release)
let door!: Door
await finding('verified', () => {
  door = Door.open(1024)
})
await finding('counted', () => {
  for (const name of [tunNameOf('lan0'), BOX_TUN]) prepareTun(name)
  prepareDevice('lan0')
  door.setOwn([0x0a010101])
  door.attachBox(BOX_TUN)
  const state = new SharedState(door.maps)
  state.beat(monotonicTicks())
  state.setTable(7, 256)
  state.setCarrying(true)
  state.setOpenings(100)
  door.attach({ device: 'lan0', tun: tunNameOf('lan0'), role: 'lan' })
  const [box, machine] = [macOf('lan0'), macOf('far')]
  const frames = Array.from({ length: FLOWS }, (_, i) => {
    const ends = { from: HOUSE, to: OUTSIDE, fromPort: 1000 + i, toPort: 9 }
    const packet = ipv4({ ...ends, protocol: PROTOCOL.udp, dontFragment: true }, udp(ends, Buffer.alloc(18)))
    return ethernet(box, machine, packet)
  })
  state.beat(monotonicTicks())
  sendFrames('far', frames)
  return Object.fromEntries(
    door.counters().flatMap(({ name, packets }) => (packets > 0 ? [[name, packets]] : [])),
  )
})
await finding('refused', () => door.refusedSources())
up.close()
process.exit()

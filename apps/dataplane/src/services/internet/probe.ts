/**
 * “Which port leads out, and how?” asked of the wires themselves: every port with a cable is asked for a DHCP server and a PPPoE concentrator,
 * all at once. Ports that were not up are brought up first, because only then the cable shows.
 */
import { randomInt } from 'node:crypto'
import type { ProbeReply } from '@bauta/control/schemas'
import { type Links, readLinks } from '../../links.ts'
import { tryIp } from './ip-command.ts'
import { openPacketSocket } from './packet-socket.ts'
import { dhcpDiscover, pppoeInitiation, wireAnswer } from './wire-questions.ts'

type PortAnswer = ProbeReply['ports'][number]

/** How long a cable may take to show after its port was brought up. */
const CARRIER_MS = 3000
const ANSWER_MS = 4000
/** A lost question is asked again. */
const ASK_AGAIN_MS = 1500
const LOOK_MS = 20
const FRAMES_AT_ONCE = 2000

/** @param ports devices to ask; virtual ones have no place among them */
export async function probe(
  ports: readonly string[],
  links: () => Promise<Links> = readLinks,
): Promise<ProbeReply> {
  const before = await links()
  const present = ports.filter((port) => before.devices.has(port))
  const down = present.filter((port) => !before.devices.get(port)!.up)
  await Promise.all(down.map((port) => tryIp('link', 'set', 'dev', port, 'up')))
  const now = down.length > 0 ? await withCarrier(down, links) : before
  const answers = await Promise.all(present.map((port) => ask(port, now)))
  return { ports: answers, wan: wanOf(answers) }
}

/** PPPoE wins on a port where both answer: many modems have a DHCP server of their own beside it. */
function wanOf(answers: readonly PortAnswer[]): ProbeReply['wan'] {
  const pppoe = answers.find((answer) => answer.pppoe)
  if (pppoe) return { device: pppoe.device, method: 'pppoe' }
  const dhcp = answers.find((answer) => answer.dhcp)
  return dhcp ? { device: dhcp.device, method: 'dhcp' } : null
}

async function withCarrier(ports: readonly string[], links: () => Promise<Links>): Promise<Links> {
  for (const end = performance.now() + CARRIER_MS; ; await pause(200)) {
    const now = await links()
    if (performance.now() > end || ports.every((port) => now.devices.get(port)?.up)) return now
  }
}

async function ask(port: string, links: Links): Promise<PortAnswer> {
  const link = links.devices.get(port)
  const answer: PortAnswer = { device: port, carrier: link?.up ?? false, dhcp: null, pppoe: null }
  if (!link?.up || link.mac === null) return answer
  const mac = Uint8Array.from(link.mac.split(':').map((part) => Number.parseInt(part, 16)))
  const id = randomInt(1, 0xffff_ffff)
  const socket = openPacketSocket(link.ifindex)
  try {
    const until = performance.now() + ANSWER_MS
    for (
      let asked = -ASK_AGAIN_MS;
      performance.now() < until && !(answer.dhcp && answer.pppoe);
      await pause(LOOK_MS)
    ) {
      if (performance.now() - asked > ASK_AGAIN_MS) {
        socket.send(dhcpDiscover(mac, id))
        socket.send(pppoeInitiation(mac, id))
        asked = performance.now()
      }
      // So many and no more: a busy wire must not keep this thread from everything else.
      for (let i = 0; i < FRAMES_AT_ONCE; i++) {
        const frame = socket.receive()
        if (!frame) break
        Object.assign(answer, wireAnswer(frame, id))
      }
    }
  } finally {
    socket.close()
  }
  return answer
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A packet that a rule, or a reason for drops, is about: made up from what it asks for, to be tried on “Why?”. */
import { chainLabel, formatAddress, parseNetwork, type Rule, type Rules } from '@bauta/config'
import type { Status, TraceQuestion } from '@bauta/control/schemas'

/** Of this box, to make packets of. */
export interface Places {
  /** The box's address at home. */
  lan: string
  /** A machine at home. */
  machine: string
  /** The box's address in the Internet. */
  wan: string
  wanDevice: string | undefined
}

/** Somebody in the Internet. */
const STRANGER = '93.184.216.34'

export function placesOf(interfaces: Status['interfaces']): Places {
  const addressOf = (role: 'lan' | 'wan') =>
    interfaces.find((one) => one.role === role && one.addresses.length > 0)?.addresses[0]?.split('/')[0]
  const lan = addressOf('lan') ?? '192.168.77.1'
  return {
    lan,
    machine: lan.replace(/\.\d+$/, '.12'),
    wan: addressOf('wan') ?? '203.0.113.24',
    wanDevice: interfaces.find(({ role }) => role === 'wan')?.name,
  }
}

/** @returns null where no rule has this number */
export function questionOfRuleId({ chains }: Rules, id: number, places: Places): TraceQuestion | null {
  for (const chain of chains) {
    const rule = chain.rules.find((one) => one.id === id)
    if (rule) return questionOfRule(rule, chainLabel(chain), places)
  }
  return null
}

/** Matches that are turned round, and those that only a connection has, are left to chance. */
export function questionOfRule(rule: Rule, chain: string, places: Places): TraceQuestion {
  const { protocol, icmp, sourcePorts, destinationPorts, tcpFlags } = rule
  const number = protocol && !protocol.invert ? protocol.number : 6
  const ported = number === 6 || number === 17
  const port = ported ? lowest(destinationPorts) : undefined
  const sourcePort = ported ? lowest(sourcePorts) : undefined
  const device = wayIn(rule)
  return {
    ...ends(rule, chain, places),
    protocol: number,
    ...(port ? { port } : {}),
    ...(sourcePort ? { sourcePort } : {}),
    ...(icmp && !icmp.invert ? { icmpType: icmp.type, icmpCode: icmp.code ?? 0 } : {}),
    ...(tcpFlags && !tcpFlags.invert ? { tcpFlags: tcpFlags.set } : {}),
    ...(device && /^[^@+]+$/.test(device) ? { interface: device } : {}),
  }
}

const wayIn = ({ inInterface }: Rule): string | null =>
  inInterface && !inInterface.invert ? inInterface.name : null

function ends(rule: Rule, chain: string, places: Places): { from: string; to: string } {
  const hook = chain.split(' ').at(-1)!.toLowerCase()
  const way = wayIn(rule)
  const outside = way !== null && (way === '@wan' || way === places.wanDevice)
  const box = outside ? places.wan : places.lan
  const from = hook === 'output' ? places.wan : outside ? STRANGER : places.machine
  const to = hook === 'input' ? box : outside ? places.machine : STRANGER
  return { from: addressIn(rule.source) ?? from, to: addressIn(rule.destination) ?? to }
}

/** @returns one address of the network that is asked for */
function addressIn(match: Rule['source']): string | null {
  const network = match && !match.invert ? parseNetwork(match.network) : null
  if (!network || typeof network === 'string' || network.mask === 0) return null
  const room = ~network.mask >>> 0
  return formatAddress((network.address + Math.min(room, 12)) >>> 0)
}

const lowest = (ports: Rule['sourcePorts']): number | undefined =>
  ports && !ports.invert ? Math.max(1, ports.from) : undefined

/** @returns a packet that a careful box drops for this reason, or null where one alone shows nothing */
export function questionOfDrop(reason: string, places: Places): TraceQuestion | null {
  const { machine, wan, wanDevice } = places
  const way = wanDevice ? { interface: wanDevice } : {}
  const [hook = ''] = reason.split(/-(?:denied|rejected)$/)
  switch (hook) {
    case 'input':
    case 'prerouting':
      return { from: STRANGER, to: wan, protocol: 6, port: 22, ...way }
    case 'forward':
    case 'postrouting':
      return { from: STRANGER, to: machine, protocol: 6, port: 80, ...way }
    case 'output':
      return { from: wan, to: STRANGER, protocol: 6, port: 443 }
    case 'spoofed':
      return { from: machine, to: wan, protocol: 6, port: 80, ...way }
    case 'martian':
      return { from: '127.0.0.1', to: machine, protocol: 17, port: 53, ...way }
    case 'ttl-exceeded':
      return { from: machine, to: STRANGER, protocol: 17, port: 33_434, ttl: 1 }
    default:
      return null
  }
}

/** Reasons that a packet can be made up for. */
export const canBeTried = (reason: string): boolean =>
  questionOfDrop(reason, { lan: '', machine: '', wan: '', wanDevice: undefined }) !== null

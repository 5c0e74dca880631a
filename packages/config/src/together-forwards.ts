/** What forwards and the rest of the settings owe each other: whose port it is, and whether the machine can be there. */
import { formatNetwork, maskOfBits, parseAddress } from './address.ts'
import { usesTcp, usesUdp } from './forward-protocols.ts'
import type { Forward } from './forwards.ts'
import type { Rule } from './rules.ts'
import type { Fault, Snapshot } from './snapshot.ts'

const TCP = 6
const UDP = 17
/** RFC 2131 §4.1: where answers to the box's own DHCP client arrive. */
const DHCP_CLIENT = 68

/** Of the range for masquerading, what forwards must leave to the household's own connections. */
const LEFT = 1 / 4

export function forwardFaults(snapshot: Snapshot): Fault[] {
  return [...eachFault(snapshot), ...markFaults(snapshot), ...roomFaults(snapshot)]
}

/** A forwarded port is nobody's masq port; with too many of them nobody else gets out any more. */
function roomFaults({ forwards, ports }: Snapshot): Fault[] {
  const size = ports.to - ports.from + 1
  for (const uses of [usesTcp, usesUdp]) {
    const mine = forwards.list.map(({ enabled, protocol, ports: own }) =>
      enabled && own && uses(protocol)
        ? Math.max(0, Math.min(own.to, ports.to) - Math.max(own.from, ports.from) + 1)
        : 0,
    )
    const left = size - mine.reduce((sum, one) => sum + one, 0)
    if (left >= size * LEFT) continue
    const widest = mine.indexOf(Math.max(...mine))
    const message = `this leaves ${Math.max(0, left)} of ${size} ports to the household’s own connections; forward fewer, or make the machine the DMZ host`
    return [{ path: ['forwards', 'list', widest, 'ports'], message }]
  }
  return []
}

function markFaults(snapshot: Snapshot): Fault[] {
  return snapshot.forwards.marks.flatMap(({ enabled, targets }, i) =>
    targets.flatMap(({ address }, at): Fault[] => {
      const message = enabled ? placeFault(address, snapshot) : null
      return message ? [{ path: ['forwards', 'marks', i, 'targets', at, 'address'], message }] : []
    }),
  )
}

function eachFault(snapshot: Snapshot): Fault[] {
  return snapshot.forwards.list.flatMap((forward, i) => {
    if (!forward.enabled) return []
    const own = ownPort(forward, snapshot)
    const faults: Fault[] = own ? [{ path: ['forwards', 'list', i, 'ports'], message: own }] : []
    forward.targets.forEach(({ address }, at) => {
      const message = placeFault(address, snapshot)
      if (message) faults.push({ path: ['forwards', 'list', i, 'targets', at, 'address'], message })
    })
    return faults
  })
}

/** @returns why the box needs a port of the forward itself, or null */
function ownPort(forward: Forward, { internet, rules }: Snapshot): string | null {
  const { ports, protocol } = forward
  if (!ports) return null
  const takes = (number: number, from: number, to: number) =>
    (number === TCP ? usesTcp(protocol) : usesUdp(protocol)) && ports.from <= to && from <= ports.to
  const inUse = internet.connections.find(({ name }) => name === internet.use)
  if (inUse?.method.kind === 'dhcp' && takes(UDP, DHCP_CLIENT, DHCP_CLIENT))
    return `UDP port ${DHCP_CLIENT} is the box’s own: the provider’s DHCP server answers there`
  const input = rules.chains.find(({ table, name }) => table === 'filter' && name.toLowerCase() === 'input')
  const opening = input?.rules.find(
    (rule) =>
      opensBox(rule) && takes(rule.protocol!.number, rule.destinationPorts!.from, rule.destinationPorts!.to),
  )
  if (!opening) return null
  const name =
    opening.comment === ''
      ? `rule ${opening.id} of ${input!.name}`
      : `the rule “${opening.comment}” of ${input!.name}`
  return `${opening.destinationPorts!.from} is a port of the box’s own: ${name} lets the Internet in there; remove it first, or take another port`
}

/** A rule that lets the Internet reach a certain port of the box itself. */
function opensBox(rule: Rule): boolean {
  const { inInterface, protocol, destinationPorts, target } = rule
  const named = inInterface !== null && !inInterface.invert && inInterface.name !== '@lan'
  const ports = protocol && !protocol.invert && destinationPorts && !destinationPorts.invert
  const accepts = target !== null && 'verdict' in target && target.verdict === 'ACCEPT'
  return rule.enabled && named && Boolean(ports) && accepts && rule.connection !== 'known'
}

/** @returns why no machine to forward to can have the address, or null */
function placeFault(text: string, { lan }: Snapshot): string | null {
  const address = parseAddress(text)
  if (address === null) return null
  const first = address >>> 24
  if (first === 0 || first === 127 || first >= 224) return `${text} is not the address of a machine`
  if (lan.addressing !== 'box') return null
  const mask = maskOfBits(lan.bits)
  const network = (parseAddress(lan.address)! & mask) >>> 0
  if (text === lan.address) return `${text} is the box itself; forward to a machine in the home network`
  if ((address & mask) >>> 0 !== network)
    return `${text} is not in the home network ${formatNetwork({ address: network, mask })}`
  if (address === network || address === (network | ~mask) >>> 0) return `${text} cannot be a machine`
  return null
}

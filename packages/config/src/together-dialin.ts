/** What lines that answer calls owe to the home network and to the Internet connections. */
import { formatNetwork, maskOfBits, parseAddress } from './address.ts'
import type { Fault, Snapshot } from './snapshot.ts'

/** @returns faults of lines; of addresses only where the box itself makes the home network, and so knows it */
export function dialinFaults({ dialin, lan, dhcp, internet }: Snapshot): Fault[] {
  if (!dialin.enabled) return []
  return dialin.lines.flatMap(({ device, address }, i): Fault[] => {
    const dials = internet.connections.find(
      ({ method }) => method.kind === 'serial' && method.device === device,
    )
    const wrong = lan.addressing === 'box' ? addressFault(address, lan, dhcp) : null
    return [
      ...(dials
        ? [
            {
              path: ['dialin', 'lines', i, 'device'],
              message: `${device} is the line by which “${dials.name}” dials out`,
            },
          ]
        : []),
      ...(wrong ? [{ path: ['dialin', 'lines', i, 'address'], message: wrong }] : []),
    ]
  })
}

function addressFault(text: string, lan: Snapshot['lan'], dhcp: Snapshot['dhcp']): string | null {
  const address = parseAddress(text)!
  const mask = maskOfBits(lan.bits)
  const network = (parseAddress(lan.address)! & mask) >>> 0
  if ((address & mask) >>> 0 !== network)
    return `${text} is not in the home network ${formatNetwork({ address: network, mask })}`
  if (address === network || address === (network | ~mask) >>> 0)
    return `${text} cannot be given to a machine`
  if (text === lan.address) return `${text} is the box itself`
  const reserved = dhcp.reservations.find((one) => one.address === text)
  if (reserved) return `${text} is reserved for ${reserved.name || reserved.mac}`
  if (dhcp.enabled && parseAddress(dhcp.from)! <= address && address <= parseAddress(dhcp.to)!)
    return `${text} is one of those that DHCP gives away (${dhcp.from} to ${dhcp.to}); take one outside`
  return null
}

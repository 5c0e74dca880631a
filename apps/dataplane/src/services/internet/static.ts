/** A connection with a fixed address: no daemon, only the port, its address and the way out, put back whenever something took them away. */
import { formatAddress, type InternetConnection, maskOfBits, parseAddress } from '@bauta/config'
import type { Links } from '../../links.ts'
import { clearPort, ip, tryIp } from './ip-command.ts'
import type { Line, LineReport } from './line.ts'

export type StaticMethod = Extract<InternetConnection['method'], { kind: 'static' }>

export function staticLine(port: string, method: StaticMethod, report: LineReport): Line {
  const { address, bits, gateway, dnsServers } = method
  let working: Promise<void> = Promise.resolve()
  let told = ''

  const put = async (links: Links): Promise<void> => {
    for (const other of links.devices.get(port)?.addresses ?? [])
      if (formatAddress(other.address) !== address || other.bits !== bits)
        await tryIp('addr', 'del', `${formatAddress(other.address)}/${other.bits}`, 'dev', port)
    await ip('link', 'set', 'dev', port, 'up')
    await ip('addr', 'replace', `${address}/${bits}`, ...(bits < 31 ? ['brd', '+'] : []), 'dev', port)
    await ip('route', 'replace', 'default', 'via', gateway, 'dev', port, ...onLink(method))
  }
  const tell = (text: string | null) => {
    if (text === told) return
    told = text ?? ''
    if (text === null) report.established()
    else report.lost({ text, kind: 'other', triesItself: true })
  }
  const follow = async (links: Links): Promise<void> => {
    const device = links.devices.get(port)
    if (!device) return tell(`there is no port ${port}; was a network adapter unplugged?`)
    try {
      if (!isPut(method, port, links)) await put(links)
      if (!device.up && told !== NOT_YET)
        return tell(
          `no carrier at ${port}: the cable is not plugged in, or the device at its other end is off`,
        )
      if (device.up) tell(null)
    } catch (error) {
      tell((error as Error).message)
    }
  }
  const inTurn = (work: () => Promise<void>) => {
    working = working.then(work)
    return working
  }

  return {
    start: (links) => {
      told = NOT_YET
      return inTurn(async () => {
        await follow(links)
        // The port came up just now; its carrier is seen with the next picture.
        if (told === NOT_YET) told = ''
      })
    },
    relink: (links) => void inTurn(() => follow(links)),
    stop: () => inTurn(() => clearPort(port)),
    leave: () => undefined,
    facts: () => ({ dnsServers, lease: null, session: null }),
    daemons: () => [],
  }
}

const NOT_YET = 'not yet'

/** A gateway outside the own network (RFC 3021 and hosting providers) must be told to be on the link. */
function onLink({ address, bits, gateway }: StaticMethod): string[] {
  const mask = maskOfBits(bits)
  return ((parseAddress(address)! ^ parseAddress(gateway)!) & mask) === 0 ? [] : ['onlink']
}

function isPut({ address, bits, gateway }: StaticMethod, port: string, links: Links): boolean {
  const device = links.devices.get(port)!
  const addresses = device.addresses.map((own) => `${formatAddress(own.address)}/${own.bits}`).join()
  const route = links.routes.find(({ mask, device: over }) => mask === 0 && over === port)
  // Without carrier the kernel shows no route, and needs none.
  const routed = !device.up || (route?.gateway ? formatAddress(route.gateway) === gateway : false)
  return addresses === `${address}/${bits}` && routed
}

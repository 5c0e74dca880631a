/** A connection that the operating system brings up: it is only looked at. */
import type { Links } from '../../links.ts'
import type { Line, LineReport } from './line.ts'
import { NO_FACTS } from './line.ts'

export function systemLine(device: string | null, report: LineReport): Line {
  let told: string | null = 'nothing yet'
  const look = (links: Links) => {
    const trouble = troubleOf(device, links)
    if (trouble === told) return
    told = trouble
    if (trouble === null) report.established()
    else report.lost({ text: trouble, kind: 'other', triesItself: true })
  }
  return {
    start: async (links) => look(links),
    relink: look,
    stop: async () => undefined,
    leave: () => undefined,
    facts: () => NO_FACTS,
    daemons: () => [],
  }
}

function troubleOf(name: string | null, links: Links): string | null {
  if (name === null) return 'no port has the role WAN yet'
  const device = links.devices.get(name)
  if (!device) return `there is no ${name}`
  if (!device.up) return `no carrier at ${name}`
  if (device.addresses.length === 0) return `the system gave ${name} no address`
  if (!links.routes.some(({ mask, device: over }) => mask === 0 && over === name))
    return `the system has no default route over ${name}`
  return null
}

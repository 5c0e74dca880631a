/** chronyd's file, as text, from the settings. Every value comes from a checked schema: no name carries a blank or a line end. */
import type { Time } from '@bauta/config'

export interface ChronyContext {
  /** The home network's device, while there is one; NTP is answered there and nowhere else. */
  lanDevice: string | null
  /** Its networks, `192.168.77.0/24`. */
  lanNetworks: string[]
  /** The clock may be set; otherwise chronyd only measures, and serves what the clock says. */
  setsClock: boolean
}

export interface ChronyPaths {
  drift: string
  socket: string
  pid: string
}

export function renderChrony(time: Time, context: ChronyContext, paths: ChronyPaths): string {
  const { lanDevice, lanNetworks, setsClock } = context
  const serves = time.serve && lanDevice !== null && lanNetworks.length > 0
  const lines = [
    '# Written by Bauta from its settings; changes made here are overwritten.',
    ...time.servers.map((server) => `server ${server} iburst`),
    `driftfile ${paths.drift}`,
    `pidfile ${paths.pid}`,
    `bindcmdaddress ${paths.socket}`,
    // no commands over the network
    'cmdport 0',
    // A board without a battery begins years ago: a step, but only at first, so that no program sees time go backwards later.
    ...(setsClock ? ['makestep 1 3', 'rtcsync'] : []),
    ...(serves
      ? [`binddevice ${lanDevice}`, ...lanNetworks.map((network) => `allow ${network}`)]
      : // no port is opened for others; the box only asks
        ['port 0']),
  ]
  return `${lines.join('\n')}\n`
}

/** What the wire answered, in words, and what follows from it for the settings. */
import type { Interfaces, Internet, InternetConnection } from '@bauta/config'
import type { ProbeReply } from '@bauta/control/schemas'

export type Method = Exclude<InternetConnection['method']['kind'], 'system'>

export interface Finding {
  /** What is proposed; null: nobody answered. */
  method: 'dhcp' | 'pppoe' | null
  device: string | null
  title: string
  text: string
}

export function findingOf({ ports, wan }: ProbeReply): Finding {
  const port = ports.find(({ device }) => device === wan?.device)
  if (wan && port && wan.method === 'dhcp') {
    const { dhcp } = port
    const text = dhcp
      ? `The provider’s ${dhcp.server} offers the address ${dhcp.address} by itself. Nothing has to be typed.`
      : 'The provider gives addresses by itself. Nothing has to be typed.'
    return { method: 'dhcp', device: wan.device, title: `Found at ${wan.device}: DHCP`, text }
  }
  if (wan && port && wan.method === 'pppoe') {
    const who = port.pppoe ? `The provider’s ${port.pppoe.concentrator}` : 'The provider'
    const text = `${who} waits for a login. Name and password stand in the provider’s letter.`
    return { method: 'pppoe', device: wan.device, title: `Found at ${wan.device}: PPPoE`, text }
  }
  const dark = ports.length > 0 && ports.every(({ carrier }) => !carrier)
  return {
    method: null,
    device: null,
    title: dark ? 'No port has a signal' : 'Nobody answered',
    text: dark
      ? 'Put the cable from the modem into a port of the box, see that the modem has power, and look again.'
      : 'No port has a DHCP server or a PPPoE concentrator of a provider behind it. Look at the cable to the modem and look again, or choose below what the provider’s letter says.',
  }
}

/** One WAN; what was WAN before becomes LAN again. A port that nobody used stays unused. */
export function rolesWith({ list }: Interfaces, wan: string): Interfaces {
  const known = list.some(({ name }) => name === wan)
  const next = list.map(({ name, role }) => {
    if (name === wan) return { name, role: 'wan' as const }
    return { name, role: role === 'wan' ? ('lan' as const) : role }
  })
  return { list: known ? next : [...next, { name: wan, role: 'wan' }] }
}

/** What is typed; text that is no number stays as it is, for the schema to say so. */
export interface InternetForm {
  method: Method
  device: string
  user: string
  password: string
  address: string
  bits: number
  gateway: string
  dns: string
  line: string
  speed: number
  phone: string
}

export const EMPTY_FORM: InternetForm = {
  method: 'dhcp',
  device: '',
  user: '',
  password: '',
  address: '',
  bits: 24,
  gateway: '',
  dns: '',
  line: '/dev/ttyS0',
  speed: 115_200,
  phone: '',
}

/** Puts the answers into the connection in use; what the wizard does not ask stays. */
export function withAnswers(internet: Internet, form: InternetForm): Internet {
  const at = Math.max(
    0,
    internet.connections.findIndex(({ name }) => name === internet.use),
  )
  const before = internet.connections[at]!
  const connection: InternetConnection = { ...before, method: methodOf(form, before.method), when: 'always' }
  return { ...internet, connections: internet.connections.with(at, connection) }
}

function methodOf(form: InternetForm, before: InternetConnection['method']): InternetConnection['method'] {
  const { user, password } = form
  switch (form.method) {
    case 'dhcp':
      return before.kind === 'dhcp' ? before : { kind: 'dhcp', hostname: null, mac: null }
    case 'static':
      return {
        kind: 'static',
        address: form.address.trim(),
        bits: form.bits,
        gateway: form.gateway.trim(),
        dnsServers: form.dns.split(/[\s,;]+/).filter(Boolean),
      }
    case 'pppoe':
      return before.kind === 'pppoe'
        ? { ...before, user, password }
        : { kind: 'pppoe', user, password, service: '', mtu: 'auto' }
    case 'serial':
      return {
        kind: 'serial',
        device: form.line.trim(),
        speed: form.speed as 115_200,
        phone: form.phone.trim(),
        chat: before.kind === 'serial' ? before.chat : [],
        user,
        password,
      }
  }
}

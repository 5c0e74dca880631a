/** What can be done to a draft of the Internet settings, and how a connection looks as a form. */
import {
  type Dialer,
  hashToCome,
  type Internet,
  type InternetConnection,
  isPpp,
  normalMac,
  SECRET_KEPT,
} from '@bauta/config'
import { mergeFields, mergeList } from '../../../forms/merge.ts'

export type Kind = InternetConnection['method']['kind']

/** Every field that some kind of connection has; text that is no number stays as it was typed, for the schema to refuse. */
export interface ConnectionForm {
  name: string
  kind: Kind
  when: InternetConnection['when']
  idleSeconds: number
  hostname: string
  mac: string
  address: string
  bits: number
  gateway: string
  dns: string
  user: string
  /** `SECRET_KEPT`: the one that the box has. */
  password: string
  service: string
  /** Empty: found by trying. */
  mtu: string
  device: string
  speed: number
  phone: string
  chat: { expect: string; send: string }[]
}

export const NEW_FORM: ConnectionForm = {
  name: '',
  kind: 'pppoe',
  when: 'always',
  idleSeconds: 300,
  hostname: '',
  mac: '',
  address: '',
  bits: 24,
  gateway: '',
  dns: '',
  user: '',
  password: '',
  service: '',
  mtu: '',
  device: '/dev/ttyS0',
  speed: 115_200,
  phone: '',
  chat: [],
}

export function formOf({ name, when, idleSeconds, method }: InternetConnection): ConnectionForm {
  const form: ConnectionForm = { ...NEW_FORM, name, when, idleSeconds, kind: method.kind }
  switch (method.kind) {
    case 'system':
      return form
    case 'dhcp':
      return { ...form, hostname: method.hostname ?? '', mac: method.mac ?? '' }
    case 'static': {
      const { address, bits, gateway, dnsServers } = method
      return { ...form, address, bits, gateway, dns: dnsServers.join(', ') }
    }
    case 'pppoe': {
      const { user, password, service, mtu } = method
      return { ...form, user, password, service, mtu: mtu === 'auto' ? '' : String(mtu) }
    }
    case 'serial': {
      const { device, speed, phone, chat, user, password } = method
      return { ...form, device, speed, phone, chat, user, password }
    }
  }
}

export function connectionOf(form: ConnectionForm): InternetConnection {
  const { kind } = form
  // Only a call can wait until somebody needs it, and what the system does is not ours to time.
  const when = kind === 'system' || (form.when === 'demand' && !isPpp(kind)) ? 'always' : form.when
  return { name: form.name.trim(), method: methodOf(form), when, idleSeconds: form.idleSeconds }
}

function methodOf(form: ConnectionForm): InternetConnection['method'] {
  const { user, password } = form
  switch (form.kind) {
    case 'system':
      return { kind: 'system' }
    case 'dhcp': {
      const mac = form.mac.trim()
      return {
        kind: 'dhcp',
        hostname: form.hostname.trim() || null,
        mac: mac ? (normalMac(mac) ?? mac) : null,
      }
    }
    case 'static':
      return {
        kind: 'static',
        address: form.address.trim(),
        bits: form.bits,
        gateway: form.gateway.trim(),
        dnsServers: form.dns.split(/[\s,;]+/).filter(Boolean),
      }
    case 'pppoe':
      return { kind: 'pppoe', user, password, service: form.service, mtu: mtuOf(form.mtu) }
    case 'serial':
      return {
        kind: 'serial',
        device: form.device.trim(),
        speed: form.speed as 115_200,
        phone: form.phone.trim(),
        chat: form.chat,
        user,
        password,
      }
  }
}

function mtuOf(text: string): 'auto' | number {
  const trimmed = text.trim()
  if (trimmed === '') return 'auto'
  return /^\d{1,9}$/.test(trimmed) ? Number(trimmed) : (text as unknown as number)
}

/** Puts a connection in its place, or at the end; a new name is followed by those who name it. */
export function keepConnection(
  internet: Internet,
  at: number | null,
  connection: InternetConnection,
): Internet {
  if (at === null) return { ...internet, connections: [...internet.connections, connection] }
  const before = internet.connections[at]!.name
  const renamed = (name: string) => (name === before ? connection.name : name)
  return {
    use: renamed(internet.use),
    connections: internet.connections.with(at, connection),
    dialers: internet.dialers.map((dialer) => ({ ...dialer, connections: dialer.connections.map(renamed) })),
  }
}

/** Nobody may dial what is not there; the one in use stays. */
export function removeConnection(internet: Internet, name: string): Internet {
  return {
    ...internet,
    connections: internet.connections.filter((connection) => connection.name !== name),
    dialers: internet.dialers.map((dialer) => ({
      ...dialer,
      connections: dialer.connections.filter((one) => one !== name),
    })),
  }
}

export function keepDialer(internet: Internet, at: number | null, dialer: Dialer): Internet {
  const dialers = at === null ? [...internet.dialers, dialer] : internet.dialers.with(at, dialer)
  return { ...internet, dialers }
}

/** The schema judges secrets that are kept as if they were here: the box has them. */
export function toJudge(internet: Internet): Internet {
  return {
    ...internet,
    connections: internet.connections.map((connection) => {
      const { method } = connection
      if (!('password' in method) || method.password !== SECRET_KEPT) return connection
      return { ...connection, method: { ...method, password: 'kept' } }
    }),
    dialers: internet.dialers.map((dialer) =>
      dialer.passwordHash === SECRET_KEPT ? { ...dialer, passwordHash: hashToCome() } : dialer,
    ),
  }
}

/** Connections and people are merged entry by entry: both may have added one. */
export function mergeInternet(origin: Internet, mine: Internet, theirs: Internet): Internet {
  return {
    ...mergeFields(origin, mine, theirs),
    connections: mergeList(origin.connections, mine.connections, theirs.connections, ({ name }) => name),
    dialers: mergeList(origin.dialers, mine.dialers, theirs.dialers, ({ name }) => name),
  }
}

/** Changes of the home network, the Internet connection, the clock and the ways in, in words. Secrets are never among them. */
import type { Access } from './access.ts'
import { compareLists, listWords, same } from './describe-words.ts'
import type { Dhcp, Reservation } from './dhcp.ts'
import type { Dialer, Internet, InternetConnection } from './internet.ts'
import type { Lan } from './lan.ts'
import type { Time } from './time.ts'

const onOff = (on: boolean): string => (on ? 'on' : 'off')

export function describeInternet(old: Internet, next: Internet): string[] {
  const found = compareLists(old.connections, next.connections, ({ name }) => name, {
    added: ({ name, method }) => `Connection ${name} added (${METHODS[method.kind]})`,
    removed: ({ name }) => `Connection ${name} removed`,
    changed: describeConnection,
    order: 'Order of the connections changed',
  })
  if (old.use !== next.use) found.push(`Connection in use ${old.use} → ${next.use}`)
  found.push(
    ...compareLists(old.dialers, next.dialers, ({ name }) => name, {
      added: ({ name, connections }) => `${name} may dial ${listWords(connections, 'nothing, only look')}`,
      removed: ({ name }) => `${name} may no longer dial`,
      changed: describeDialer,
      order: 'Order of the people who may dial changed',
    }),
  )
  return found
}

const METHODS: Record<InternetConnection['method']['kind'], string> = {
  system: 'set up by the operating system',
  dhcp: 'DHCP',
  static: 'a fixed address',
  pppoe: 'PPPoE',
  serial: 'PPP over a serial line',
}
const WHEN: Record<InternetConnection['when'], string> = {
  always: 'always up',
  demand: 'dialled when needed',
  manual: 'dialled by hand',
}

function describeConnection(before: InternetConnection, after: InternetConnection): string[] {
  const found: string[] = []
  const { name } = after
  if (before.method.kind !== after.method.kind)
    found.push(`${name}: ${METHODS[before.method.kind]} → ${METHODS[after.method.kind]}`)
  else found.push(...describeMethod(name, before.method, after.method))
  if (before.when !== after.when) found.push(`${name}: ${WHEN[before.when]} → ${WHEN[after.when]}`)
  if (before.idleSeconds !== after.idleSeconds)
    found.push(`${name}: hung up after ${before.idleSeconds} s → ${after.idleSeconds} s without traffic`)
  return found
}

type Fields = Record<string, unknown>

function describeMethod(name: string, before: Fields, after: Fields): string[] {
  return Object.keys(after)
    .filter((key) => !same(before[key], after[key]))
    .map((key) => {
      if (key === 'password') return `${name}: password changed`
      return `${name}: ${FIELDS[key] ?? key} ${valueWords(before[key])} → ${valueWords(after[key])}`
    })
}

const FIELDS: Record<string, string> = {
  hostname: 'host name',
  mac: 'hardware address',
  address: 'address',
  bits: 'prefix',
  gateway: 'gateway',
  dnsServers: 'DNS servers',
  user: 'user name',
  service: 'service name',
  mtu: 'MTU',
  device: 'serial line',
  speed: 'speed',
  phone: 'phone number',
  chat: 'modem chat',
}

function valueWords(value: unknown): string {
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return 'none'
  if (!Array.isArray(value)) return String(value)
  return value.every((entry) => typeof entry === 'string') ? value.join(', ') : `${value.length} lines`
}

function describeDialer(before: Dialer, after: Dialer): string[] {
  const found: string[] = []
  if (before.passwordHash !== after.passwordHash) found.push(`Password of ${after.name} changed`)
  if (!same(before.connections, after.connections))
    found.push(`${after.name} may dial ${listWords(after.connections, 'nothing, only look')}`)
  return found
}

export function describeLan(old: Lan, next: Lan): string[] {
  const found: string[] = []
  if (old.addressing !== next.addressing)
    found.push(
      next.addressing === 'box'
        ? 'The box makes the home network itself'
        : 'The operating system makes the home network',
    )
  const where = ({ address, bits }: Lan) => `${address}/${bits}`
  if (where(old) !== where(next)) found.push(`Address in the home network ${where(old)} → ${where(next)}`)
  if (old.name !== next.name) found.push(`Name of the box ${old.name} → ${next.name}`)
  return found
}

export function describeDhcp(old: Dhcp, next: Dhcp): string[] {
  const found: string[] = []
  if (old.enabled !== next.enabled) found.push(`DHCP server switched ${onOff(next.enabled)}`)
  if (old.from !== next.from || old.to !== next.to)
    found.push(`DHCP range ${old.from}–${old.to} → ${next.from}–${next.to}`)
  if (old.leaseSeconds !== next.leaseSeconds)
    found.push(`Leases hold ${old.leaseSeconds} s → ${next.leaseSeconds} s`)
  for (const [key, what] of [
    ['dnsServers', 'DNS servers'],
    ['ntpServers', 'Time servers'],
  ] as const)
    if (!same(old[key], next[key]))
      found.push(
        `${what} told to machines ${listWords(old[key], 'the box')} → ${listWords(next[key], 'the box')}`,
      )
  return [
    ...found,
    ...compareLists(old.reservations, next.reservations, ({ mac }) => mac, {
      added: (entry) => `Reservation for ${entry.mac} added: ${reservationWords(entry)}`,
      removed: (entry) => `Reservation for ${entry.mac} removed`,
      changed: (before, after) => [
        `Reservation for ${after.mac}: ${reservationWords(before)} → ${reservationWords(after)}`,
      ],
      order: 'Order of the reservations changed',
    }),
  ]
}

const reservationWords = ({ address, name }: Reservation): string =>
  [name, address].filter(Boolean).join(' at ') || 'no name, any address'

export function describeTime(old: Time, next: Time): string[] {
  const found: string[] = []
  if (old.enabled !== next.enabled)
    found.push(next.enabled ? 'The box keeps its clock by NTP' : 'The operating system keeps the clock')
  if (!same(old.servers, next.servers))
    found.push(`Time servers ${listWords(old.servers, 'none')} → ${listWords(next.servers, 'none')}`)
  if (old.serve !== next.serve) found.push(`Time for the home network switched ${onOff(next.serve)}`)
  if (old.zone !== next.zone) found.push(`Time zone ${old.zone} → ${next.zone}`)
  return found
}

export function describeAccess(old: Access, next: Access): string[] {
  const found: string[] = []
  if (old.ssh !== next.ssh) found.push(`SSH from the home network switched ${onOff(next.ssh)}`)
  const name = (key: string) => key.split(' ').slice(2).join(' ') || key.split(' ')[0]!
  for (const key of next.keys) if (!old.keys.includes(key)) found.push(`SSH key ${name(key)} added`)
  for (const key of old.keys) if (!next.keys.includes(key)) found.push(`SSH key ${name(key)} removed`)
  return found
}

/**
 * How the box reaches the Internet: one or more connections, of which one is in use at a time.
 *
 * `system`: the operating system brings the WAN interface up (a Linux box that Bauta was added to). All others are brought up by
 * the dataplane: dhcp and static on the interface whose role is WAN, pppoe over it (the packets then leave through ppp0), serial
 * through a modem (ppp0 as well).
 *
 * Secrets (passwords, hashes of dialers' passwords) leave the box only in a backup; see secrets.ts.
 */
import { z } from 'zod'
import { maskOfBits, parseAddress } from './address.ts'
import { macAddress } from './dhcp.ts'
import { isHostLabel } from './names.ts'
import { serialDevice, serialSpeed } from './serial-line.ts'

/** The device of every PPP session, whatever carries it. */
export const PPP_DEVICE = 'ppp0'

const address = z.string().refine((text) => parseAddress(text) !== null, {
  error: (issue) =>
    issue.input === '' ? 'the address is missing' : `“${issue.input}” is not an IPv4 address`,
})
/** What may go into pppd's files: printable, in one line. */
const printable = (what: string, max: number) =>
  z
    .string()
    .max(max, `${what}: at most ${max} characters`)
    .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), `${what}: no line ends or control characters, please`)
const given = (what: string, max: number) => printable(what, max).min(1, `${what} is missing`)

const system = z.strictObject({ kind: z.literal('system') })
const dhcp = z.strictObject({
  kind: z.literal('dhcp'),
  /** DHCP option 12, which a few providers ask for. */
  hostname: z
    .string()
    .refine((text) => isHostLabel(text), { error: (issue) => `“${issue.input}” cannot be a host name` })
    .nullable(),
  /** Hardware address to show to the provider; null: the port's own. */
  mac: macAddress.nullable(),
})
const staticAddress = z.strictObject({
  kind: z.literal('static'),
  address,
  bits: z
    .int('whole number, please')
    .min(1, 'a prefix has 1 to 32 bits')
    .max(32, 'a prefix has 1 to 32 bits'),
  gateway: address,
  dnsServers: z.array(address).max(4, 'at most 4 DNS servers'),
})
const login = { user: given('the user name', 128), password: given('the password', 128) }
const pppoe = z.strictObject({
  kind: z.literal('pppoe'),
  ...login,
  /** RFC 2516 Service-Name; empty: any. */
  service: printable('the service name', 64),
  /** `auto` tries 1500 (RFC 4638) and falls back to 1492. */
  mtu: z.union([z.literal('auto'), z.int().min(576, 'at least 576').max(1500, 'at most 1500')]),
})
const chatLine = z.strictObject({
  /** What the modem must say first; empty: nothing. */
  expect: printable('what is waited for', 64),
  send: printable('what is sent', 128),
})
const serial = z.strictObject({
  kind: z.literal('serial'),
  device: serialDevice,
  speed: serialSpeed,
  /** Dialled with ATDT after the chat; empty: no modem, a plain line. */
  phone: z.string().regex(/^[0-9*#,+TPtpWw-]{0,32}$/, 'digits, please; * # , and + are allowed too'),
  /** Said to the modem before it dials. */
  chat: z.array(chatLine).max(16, 'at most 16 lines'),
  ...login,
})

export const connectionSettings = z.discriminatedUnion('kind', [system, dhcp, staticAddress, pppoe, serial])
export type ConnectionKind = z.infer<typeof connectionSettings>['kind']

const internetConnection = z.strictObject({
  name: z
    .string()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,31}$/u, 'a name has 1 to 32 letters, digits, blanks or . _ -'),
  method: connectionSettings,
  /** `always`; `demand`: when somebody in the house sends something; `manual`: when somebody says so. */
  when: z.enum(['always', 'demand', 'manual']),
  /** Seconds without traffic after which a connection on demand is hung up. */
  idleSeconds: z.int('whole seconds, please').min(10, 'at least 10 seconds').max(86_400, 'at most a day'),
})
export type InternetConnection = z.infer<typeof internetConnection>

const PHC = /^\$argon2id\$v=19\$m=(\d{1,5}),t=[1-4],p=[1-4]\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}$/
/** KiB; the web app takes 46 MiB. */
const MOST_MEMORY = 65_536

/** Whoever tries to log in makes the box spend what the hash says, so nobody may write one that costs more than the box has. */
function isAffordable(phc: string): boolean {
  const memory = Number(PHC.exec(phc)?.[1])
  return memory >= 8 && memory <= MOST_MEMORY
}

/**
 * Stands in a form for a hash that the box has, or will make. Never the same: the hash is what a dialer proves to know, so one that
 * everybody knows would let everybody in, should it ever be stored.
 */
export function hashToCome(): string {
  const letters = [...crypto.getRandomValues(new Uint8Array(65))]
    .map((byte) => (byte % 36).toString(36))
    .join('')
  return `$argon2id$v=19$m=${MOST_MEMORY},t=1,p=1$${letters.slice(0, 22)}$${letters.slice(22)}`
}

/** Somebody of the household who may press the buttons of some connections without being an administrator. */
const dialer = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,31}$/, 'a name has 1 to 32 small letters, digits or . _ -'),
  /** PHC string of argon2id. */
  passwordHash: z.string().refine(isAffordable, 'the password is missing'),
  /** Names of connections; empty: may only look. */
  connections: z.array(z.string()).max(8),
})
export type Dialer = z.infer<typeof dialer>

export const internetSchema = z
  .strictObject({
    /** Name of the connection that is in use. */
    use: z.string(),
    connections: z
      .array(internetConnection)
      .min(1, 'at least one connection')
      .max(8, 'at most 8 connections'),
    dialers: z.array(dialer).max(32, 'at most 32 people'),
  })
  .superRefine(({ use, connections, dialers }, context) => {
    const fault = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message })
    const names = connections.map(({ name }) => name)
    if (!names.includes(use)) fault(['use'], `there is no connection “${use}”`)
    connections.forEach(({ name, method, when }, i) => {
      if (names.indexOf(name) !== i) fault(['connections', i, 'name'], `${name} is listed twice`)
      if (when === 'demand' && !isPpp(method.kind))
        fault(['connections', i, 'when'], 'only PPP connections can be dialled on demand')
      if (method.kind === 'system' && when !== 'always')
        fault(['connections', i, 'when'], 'the system decides when this connection is up')
      if (method.kind === 'static')
        staticFaults(method, (key, text) => fault(['connections', i, 'method', key], text))
    })
    dialers.forEach(({ name, connections: mayDial }, i) => {
      if (dialers.findIndex((other) => other.name === name) !== i)
        fault(['dialers', i, 'name'], `${name} is listed twice`)
      mayDial.forEach((wanted, j) => {
        if (!names.includes(wanted))
          fault(['dialers', i, 'connections', j], `there is no connection “${wanted}”`)
      })
    })
  })

export type Internet = z.infer<typeof internetSchema>

export const isPpp = (kind: ConnectionKind): boolean => kind === 'pppoe' || kind === 'serial'

function staticFaults(
  { address: own, bits, gateway }: z.infer<typeof staticAddress>,
  fault: (key: string, message: string) => void,
): void {
  const [mine, theirs] = [parseAddress(own), parseAddress(gateway)]
  if (mine === null || theirs === null || bits < 1 || bits > 32) return
  const mask = maskOfBits(bits)
  if (mine === theirs) fault('gateway', 'the gateway is the provider’s router, not the box itself')
  else if (bits < 31 && (mine & mask) >>> 0 !== (theirs & mask) >>> 0)
    fault('gateway', `${gateway} is not in the network ${own}/${bits}; look at the provider’s letter again`)
}

/** @returns the connection in use */
export function connectionInUse({ use, connections }: Internet): InternetConnection {
  return connections.find(({ name }) => name === use)!
}

export const INTERNET_BY_SYSTEM: Internet = {
  use: 'Internet',
  connections: [{ name: 'Internet', method: { kind: 'system' }, when: 'always', idleSeconds: 300 }],
  dialers: [],
}

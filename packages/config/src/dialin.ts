/**
 * Dialling in: serial lines on which the box answers, by a modem or over a null-modem cable, and speaks PPP or SLIP. Who calls
 * and knows one of the accounts becomes a machine of the household, with the address of the line.
 *
 * SLIP (RFC 1055) itself asks nobody for a name. At a modem the box asks for one before, in text, as servers of its time did; over a
 * cable nobody is asked: whoever plugs in is in the house.
 *
 * Each line has a device of the packet path of its own (`dialin0`, `dialin1` …), whose role is LAN; so the rules of the household count
 * for callers, and a rule may name them. Passwords leave the box only in a backup; see secrets.ts.
 */
import { z } from 'zod'
import { parseAddress } from './address.ts'
import { serialDevice, serialSpeed } from './serial-line.ts'

/** Lines, and no more: each is a daemon and a device of the path. */
export const MAX_DIALIN_LINES = 8
export const MAX_DIALIN_ACCOUNTS = 32

/** Device of the line at a place in the settings, while somebody is on it. */
export const dialinDevice = (place: number): string => `dialin${place}`

/** @returns whether a device belongs to a caller, and not to a wire of the household */
export const isDialinDevice = (name: string): boolean => /^dialin\d$/.test(name)

/**
 * `cslip` is SLIP with the headers of TCP compressed (RFC 1144); `slip-adaptive` compresses from the moment on when the caller does.
 * Both ends have to mean the same: nothing is agreed on over the line.
 */
export const DIALIN_PROTOCOLS = ['ppp', 'slip', 'cslip', 'slip-adaptive'] as const
export type DialinProtocol = (typeof DIALIN_PROTOCOLS)[number]
export const DIALIN_PROTOCOL_WORDS: Record<DialinProtocol, string> = {
  ppp: 'PPP',
  slip: 'SLIP',
  cslip: 'compressed SLIP',
  'slip-adaptive': 'SLIP or compressed SLIP',
}

const line = z.strictObject({
  device: serialDevice,
  protocol: z.enum(DIALIN_PROTOCOLS, { error: 'write ppp, slip, cslip or slip-adaptive' }).default('ppp'),
  speed: serialSpeed,
  /** `modem`: a modem that is set up, and answers; `direct`: a null-modem cable */
  kind: z.enum(['modem', 'direct'], { error: 'write modem or direct' }),
  /** Said to the modem after ATZ, so that it answers by itself; without meaning on a direct line. */
  init: z
    .string()
    .max(80, 'at most 80 characters')
    .regex(/^AT[\x20-\x7e]*$/i, 'a modem is told something that begins with AT, such as ATS0=1'),
  /** What the caller gets. */
  address: z.string().refine((text) => parseAddress(text) !== null, {
    error: (issue) =>
      issue.input === '' ? 'the address is missing' : `“${issue.input}” is not an IPv4 address`,
  }),
})
export type DialinLine = z.infer<typeof line>

/** @returns whether a caller of the line has to know an account */
export const asksForAccount = ({ protocol, kind }: Pick<DialinLine, 'protocol' | 'kind'>): boolean =>
  protocol === 'ppp' || kind === 'modem'

const account = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,31}$/, 'a name has 1 to 32 letters, digits or . _ @ -'),
  password: z
    .string()
    .min(1, 'the password is missing')
    .max(128, 'the password: at most 128 characters')
    .refine(
      (text) => !/[\p{Cc}\p{Cs}]/u.test(text),
      'the password: no line ends or control characters, please',
    )
    // pppd would read the password from a file of that name
    .refine((text) => !text.startsWith('@/'), 'the password cannot begin with @/'),
})
export type DialinAccount = z.infer<typeof account>

export const dialinSchema = z
  .strictObject({
    enabled: z.boolean(),
    /** PAP is taken as well, where the caller knows no CHAP: the password then crosses the line as it is. */
    pap: z.boolean(),
    lines: z.array(line).max(MAX_DIALIN_LINES, `at most ${MAX_DIALIN_LINES} lines`),
    accounts: z.array(account).max(MAX_DIALIN_ACCOUNTS, `at most ${MAX_DIALIN_ACCOUNTS} accounts`),
  })
  .superRefine(({ enabled, lines, accounts }, context) => {
    const fault = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message })
    lines.forEach(({ device, address }, i) => {
      const before = lines.slice(0, i)
      if (before.some((other) => other.device === device))
        fault(['lines', i, 'device'], `${device} is listed twice`)
      if (before.some((other) => other.address === address))
        fault(['lines', i, 'address'], `${address} is given on another line already`)
    })
    accounts.forEach(({ name }, i) => {
      if (accounts.findIndex((other) => other.name === name) !== i)
        fault(['accounts', i, 'name'], `${name} is listed twice`)
    })
    if (enabled && lines.length === 0) fault(['lines'], 'a line is missing: nobody can call')
    const asked = lines.length === 0 || lines.some(asksForAccount)
    if (enabled && asked && accounts.length === 0)
      fault(['accounts'], 'an account is missing: nobody would be let in')
  })
export type Dialin = z.infer<typeof dialinSchema>

export const NO_DIALIN: Dialin = { enabled: false, pap: false, lines: [], accounts: [] }

/** The same places in another home network. @param moved says where an address is then; null: it has no room there, and stays */
export const movedDialin = (dialin: Dialin, moved: (address: number) => string | null): Dialin => ({
  ...dialin,
  lines: dialin.lines.map((one) => ({ ...one, address: moved(parseAddress(one.address)!) ?? one.address })),
})

export function describeDialin(old: Dialin, next: Dialin): string[] {
  const found: string[] = []
  if (old.enabled !== next.enabled) found.push(`Dialling in switched ${next.enabled ? 'on' : 'off'}`)
  if (old.pap !== next.pap)
    found.push(`Callers prove who they are by ${next.pap ? 'CHAP or PAP' : 'CHAP only'}`)
  found.push(...describeLines(old.lines, next.lines), ...describeAccounts(old.accounts, next.accounts))
  return found
}

function describeLines(old: readonly DialinLine[], next: readonly DialinLine[]): string[] {
  const found: string[] = []
  for (const one of next) {
    const before = old.find(({ device }) => device === one.device)
    if (!before) found.push(`Line ${one.device} added: ${lineWords(one)}`)
    else if (lineWords(before) !== lineWords(one))
      found.push(`Line ${one.device}: ${lineWords(before)} → ${lineWords(one)}`)
  }
  for (const { device } of old)
    if (!next.some((one) => one.device === device)) found.push(`Line ${device} removed`)
  return found
}

function describeAccounts(old: readonly DialinAccount[], next: readonly DialinAccount[]): string[] {
  const found: string[] = []
  for (const { name, password } of next) {
    const before = old.find((one) => one.name === name)
    if (!before) found.push(`${name} may dial in`)
    else if (before.password !== password) found.push(`Password of ${name} for dialling in changed`)
  }
  for (const { name } of old)
    if (!next.some((one) => one.name === name)) found.push(`${name} may no longer dial in`)
  return found
}

/** All of a line but its device, in words. */
export const lineWords = ({ protocol, speed, kind, init, address }: DialinLine): string => {
  const end = kind === 'modem' ? `modem (${init})` : 'direct cable'
  const spoken = protocol === 'ppp' ? [] : [DIALIN_PROTOCOL_WORDS[protocol]]
  return [end, ...spoken, `${speed} baud`, address].join(', ')
}

/**
 * `ipmasqadm user`: ways in that a program asks for, for a while (ip_masq_user of 2.2). Not settings: what is said here goes to the packet path
 * and is over when its time is.
 */
import { dottedAddress } from './addresses.ts'
import { numberIn, servicePort } from './lookup.ts'
import { Options, type OptionTable, PLAIN } from './options.ts'
import { refused, wrong } from './problem.ts'

/** What a connection waited for was given in 2.2: state LISTEN. */
const SECONDS = 120
const MOST_SECONDS = 86_400

export interface UserEntry {
  protocol: 'tcp' | 'udp'
  masqPort: number
  near: { address: string; port: number }
  far: { address: string; port: number | null } | null
  seconds: number
}

export type UserOutcome =
  | { kind: 'expect'; entry: UserEntry; notes: string[] }
  | { kind: 'forget'; protocol: 'tcp' | 'udp'; masqPort: number; notes: string[] }

const USER: OptionTable = {
  short: { a: 0, d: 0, s: 0, g: 0, n: 0, P: 1, M: 1, D: 1, S: 1, t: 1 },
  long: {},
}

export function user(words: readonly string[]): UserOutcome {
  const options = new Options(words, USER)
  const ends: { M?: [string, string]; D?: [string, string]; S?: [string, string] } = {}
  let command = ''
  let protocol: 'tcp' | 'udp' | null = null
  let seconds = SECONDS
  for (let option = options.next(); option; option = options.next()) {
    const { code, value } = option
    if (code === PLAIN) throw wrong(`unknown argument \`${value}'`)
    if ('adsg'.includes(code)) {
      if (command !== '') throw wrong('multiple commands specified')
      command = code
    } else if (code === 'P') protocol = protocolOf(value!)
    else if (code === 't') seconds = secondsOf(value!)
    else if (code !== 'n') ends[code as 'M' | 'D' | 'S'] = [value!, options.takeValue() ?? '']
  }
  if (command === '') throw wrong('no command specified')
  if (command === 'g') throw refused('-g is not done here; /proc/net/ip_masq and the page show what is open')
  if (!protocol) throw wrong('-P tcp or -P udp must be given')
  if (!ends.M) throw wrong('-M ADDRESS PORT must be given')
  const { port: masqPort } = endOf(ends.M, protocol, 1)
  const notes = [`it holds for the box's Internet address, whichever it is (not ${ends.M[0]} alone)`]
  if (command === 'd') return { kind: 'forget', protocol, masqPort: masqPort!, notes }
  if (!ends.S) throw wrong('-S ADDRESS PORT must be given')
  const { address, port } = endOf(ends.S, protocol, 1)
  const far = ends.D ? endOf(ends.D, protocol, 0) : null
  const anybody = far === null || far.address === '0.0.0.0'
  return {
    kind: 'expect',
    entry: {
      protocol,
      masqPort: masqPort!,
      near: { address, port: port! },
      far: anybody ? null : far,
      seconds,
    },
    notes,
  }
}

function protocolOf(text: string): 'tcp' | 'udp' {
  const name = text.toLowerCase()
  if (name !== 'tcp' && name !== 'udp')
    throw wrong(`invalid protocol specified (\`${text}'); there are tcp and udp`)
  return name
}

function secondsOf(text: string): number {
  const value = numberIn(text, 1, MOST_SECONDS)
  if (value === null) throw wrong(`invalid timeout specified (\`${text}'); seconds from 1 to ${MOST_SECONDS}`)
  return value
}

/** @param least 0: port 0 is any */
function endOf([address, port]: [string, string], protocol: 'tcp' | 'udp', least: 0 | 1) {
  if (dottedAddress(address) === null) throw wrong(`invalid address specified (\`${address}')`)
  const number = numberIn(port, least, 65_535) ?? servicePort(port, protocol === 'tcp' ? 6 : 17)
  if (number === null) throw wrong(`invalid port specified (\`${port}')`)
  return { address, port: number === 0 ? null : number }
}

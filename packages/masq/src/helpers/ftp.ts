/**
 * FTP (RFC 959, RFC 2428; ip_masq_ftp of 2.2): data connections whose ends are named in the control connection.
 *
 * Client inside. PORT and EPRT: the server will come in to the port that the client names; what the server is told is the WAN address
 * and the client's masq port there. 227 and 229: the client will go out to where the server says; nothing is changed, the connection is
 * RELATED and keeps the control connection alive.
 * Server inside, behind a forward. 227 and 229: the outside client will come in; it is told the WAN address and a masq port.
 * PORT and EPRT of the outside client: the server will go out.
 *
 * Is it FTP at all? A browser can be made to send a form to any port of any server, with text of the attacker's choice in it (NAT
 * slipstreaming). So: the server speaks first, and greets with 220 (or 120); the client answers nothing before that; and until it
 * has logged in every line of it is a command of FTP, from the first byte on. The first line that is not one, and a form's first line
 * cannot be one, ends the helper for this connection for good. The address in PORT and EPRT must be the client's own, the port is neither
 * below 1024 nor X11's (2.2: `noport`), and only a connection in state ESTABLISHED may ask.
 *
 * After 234 (AUTH TLS) there is nothing to read; the helper leaves.
 */
import { OUT } from '../key-index.ts'
import { STATE } from '../states.ts'
import type { Conversation, Helper } from './helper.ts'
import { isSafePort, READS } from './helper.ts'
import { addressOf, addressText, lineEnd, textOf } from './text.ts'

/** Bits of `stage`: what has been seen of the dialogue. */
const SEEN = { greeting: 1, login: 2, passive: 4, extended: 8 } as const

/** RFC 959, 2228, 2389, 2428, 2640, 3659, 7151, and the old names with X. */
const COMMANDS = new Set(
  (
    'USER PASS ACCT CWD CDUP SMNT QUIT REIN PORT PASV TYPE STRU MODE RETR STOR STOU APPE ALLO REST RNFR RNTO ABOR DELE RMD ' +
    'MKD PWD LIST NLST SITE SYST STAT HELP NOOP AUTH ADAT PROT PBSZ CCC MIC CONF ENC FEAT OPTS EPRT EPSV LPRT LPSV LANG ' +
    'MDTM MLSD MLST SIZE HOST CLNT XCWD XMKD XPWD XRMD XCUP'
  ).split(' '),
)

const COMMAND = /^([A-Za-z]{3,4})(?: [^\r\n]*)?\r?\n$/
const PORT = /^PORT +((?:\d{1,3},){5}\d{1,3})\s*$/i
const EPRT = /^EPRT +(([!-~])1\2(\d{1,3}(?:\.\d{1,3}){3})\2(\d{1,5})\2)\s*$/i
const PASSIVE = /^227 .*?((?:\d{1,3},){5}\d{1,3})/
const EXTENDED = /^229 .*?\(([!-~])\1\1(\d{1,5})\1\)/

export const ftp: Helper = {
  name: 'ftp',
  reads: READS.both,
  read(talk) {
    const fromClient = (talk.direction === OUT) !== talk.fromOutside
    for (let at = talk.start; at < talk.end; ) {
      const next = lineEnd(talk.bytes, at, talk.end)
      if (next < 0) {
        talk.hold(at)
        return
      }
      const end = talk.end
      const goesOn = fromClient ? command(talk, at, next) : reply(talk, at, next)
      if (!goesOn) return
      at = next + talk.end - end
    }
  },
}

/** Not, or no longer, a dialogue that this helper follows. */
function leave(talk: Conversation): false {
  talk.leave()
  return false
}

function command(talk: Conversation, from: number, to: number): boolean {
  const begins = afterTelnet(talk.bytes, from, to)
  const line = textOf(talk.bytes, begins, to)
  const [, verb] = COMMAND.exec(line) ?? []
  const known = verb !== undefined && COMMANDS.has(verb.toUpperCase())
  if ((talk.stage & SEEN.greeting) === 0) return leave(talk)
  if (!known) return (talk.stage & SEEN.login) !== 0 || leave(talk)
  switch (verb.toUpperCase()) {
    case 'PORT':
      port(talk, begins, line)
      break
    case 'EPRT':
      eprt(talk, begins, line)
      break
    case 'PASV':
      talk.stage = (talk.stage & ~SEEN.extended) | SEEN.passive
      break
    case 'EPSV':
      talk.stage = (talk.stage & ~SEEN.passive) | SEEN.extended
      break
  }
  return talk.stopped === 0
}

/** Before ABOR come the two signals that RFC 959 (page 34) asks for. */
function afterTelnet(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at + 1 < to && bytes[at] === 0xff && bytes[at + 1]! >= 0xf0) at += 2
  return at
}

function reply(talk: Conversation, from: number, to: number): boolean {
  const line = textOf(talk.bytes, from, to)
  const code = line.slice(0, 3)
  if ((talk.stage & SEEN.greeting) === 0) {
    if (!/^(120|220)[ -]/.test(line)) return leave(talk)
    if (code === '220') talk.stage |= SEEN.greeting
    return true
  }
  if (code === '234') return leave(talk)
  if (code === '230') talk.stage |= SEEN.login
  if (code === '227' && (talk.stage & SEEN.passive) !== 0) passive(talk, from, line)
  if (code === '229' && (talk.stage & SEEN.extended) !== 0) extended(talk, from, line)
  return talk.stopped === 0
}

function port(talk: Conversation, from: number, line: string): void {
  const [, numbers = ''] = PORT.exec(line) ?? []
  const named = socketOf(numbers)
  if (!named) return
  const opened = activeTo(talk, named.address, named.port)
  if (opened > 0) talk.replace(from + line.indexOf(numbers), numbers.length, socketText(talk.wan, opened))
}

function eprt(talk: Conversation, from: number, line: string): void {
  const [, all = '', bar = '', address = '', number = ''] = EPRT.exec(line) ?? []
  if (all === '') return
  const opened = activeTo(talk, addressOf(address, '.'), Number(number))
  if (opened <= 0) return
  const text = ['', '1', addressText(talk.wan, '.'), String(opened), ''].join(bar)
  talk.replace(from + line.indexOf(all), all.length, text)
}

/** The client names where the server is to come. @returns the port that the server is to be told, or 0: nothing is to be changed */
function activeTo(talk: Conversation, address: number, number: number): number {
  if (talk.state !== STATE.ESTABLISHED) return 0
  talk.forget()
  const wanted = talk.expectation()
  if (talk.fromOutside) {
    // The server inside will go out to the one who asks, and to nobody else (RFC 2577: the bounce attack).
    if (address !== talk.server || !isSafePort(number)) return 0
    wanted.opener = OUT
    wanted.farPort = number
    talk.expect(wanted)
    return 0
  }
  if (address !== talk.client) return 0
  wanted.nearPort = number
  return Math.max(0, talk.expect(wanted))
}

function passive(talk: Conversation, from: number, line: string): void {
  talk.stage &= ~SEEN.passive
  const [, numbers = ''] = PASSIVE.exec(line) ?? []
  const named = socketOf(numbers)
  if (!named) return
  const opened = passiveAt(talk, named.address, named.port)
  if (opened <= 0) return
  const text = socketText(talk.fromOutside ? talk.wan : talk.asked, opened)
  talk.replace(from + line.indexOf(numbers), numbers.length, text)
}

function extended(talk: Conversation, from: number, line: string): void {
  talk.stage &= ~SEEN.extended
  const [, bar = '', number = ''] = EXTENDED.exec(line) ?? []
  if (number === '') return
  const own = talk.fromOutside ? talk.client : talk.asked
  const opened = passiveAt(talk, own, Number(number))
  if (opened > 0) talk.replace(from + line.indexOf(bar.repeat(3) + number) + 3, number.length, String(opened))
}

/**
 * The server names where the client is to come. @returns the port that the client is to be told, or 0: nothing is to be changed.
 * Where both are inside and the client came by the WAN address, it is to come by that one again.
 */
function passiveAt(talk: Conversation, address: number, number: number): number {
  if (talk.state !== STATE.ESTABLISHED) return 0
  talk.forget()
  const wanted = talk.expectation()
  if (!talk.fromOutside) {
    const translated = talk.asked !== talk.server
    if (address !== talk.asked && !(translated && address === talk.server)) return 0
    wanted.opener = OUT
    wanted.far = talk.asked
    wanted.farPort = number
    if (translated) {
      wanted.target = talk.server
      wanted.targetPort = number
    }
    return talk.expect(wanted) < 0 || !translated ? 0 : number
  }
  // A server may have been told to name the WAN address itself.
  if (address !== talk.client && address !== talk.wan) return 0
  wanted.nearPort = number
  return Math.max(0, talk.expect(wanted))
}

/** `h1,h2,h3,h4,p1,p2` */
function socketOf(numbers: string): { address: number; port: number } | null {
  const parts = numbers.split(',')
  const address = addressOf(parts.slice(0, 4).join('.'), '.')
  const [high = 256, low = 256] = parts.slice(4).map(Number)
  return address < 0 || high > 255 || low > 255 ? null : { address, port: high * 256 + low }
}

const socketText = (address: number, number: number): string =>
  `${addressText(address, ',')},${number >>> 8},${number & 255}`

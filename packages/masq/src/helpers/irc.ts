/**
 * IRC (ip_masq_irc of 2.2): direct connections between two people (DCC) that one of them offers in a message.
 *
 *   PRIVMSG nick :^ADCC CHAT chat ADDRESS PORT^A              also SCHAT
 *   PRIVMSG nick :^ADCC SEND file ADDRESS PORT SIZE^A         also MOVE, TSEND
 *   PRIVMSG nick :^ADCC RESUME file PORT POSITION^A           from the one who receives, naming the port of the offer
 *   PRIVMSG nick :^ADCC ACCEPT file PORT POSITION^A           and the answer of the one who offered
 *
 * An offer from inside: anybody may come in to the port that the client names, for nobody knows from where the other one will come; he
 * is told the WAN address and the masq port. What RESUME says of it on its way in, and ACCEPT on its way out, is
 * translated to the port that its reader knows. An offer from outside makes the connection to it RELATED. The address of an offer must be the
 * client's own, or the WAN address where the client knows that one. A port of 0 asks the other one to listen: nothing to be opened.
 *
 * Is it IRC? The client's first line must register (CAP, PASS, NICK, USER …), and the server must have welcomed it (001) before an offer is
 * believed. Anything else ends the helper for this connection.
 */
import { OUT } from '../key-index.ts'
import { STATE } from '../states.ts'
import type { Conversation, Helper } from './helper.ts'
import { isSafePort, READS } from './helper.ts'
import { lineEnd, textOf } from './text.ts'

const SEEN = { registration: 1, welcome: 2 } as const
const CTCP = 1
const TCP = 6

const REGISTRATION = /^(CAP|PASS|NICK|USER|AUTHENTICATE|WEBIRC|PING|QUIT) /i
const WELCOME = /^(?:@\S+ )?:\S+ 001 /
const OFFER =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: CTCP is marked by it
  /^(?:@\S+ )?(?::\S+ )?(?:PRIVMSG|NOTICE) \S+ :\x01DCC (?:SEND|CHAT|MOVE|TSEND|SCHAT) (?:"[^"]*"|\S+) (\d{1,10}) (\d{1,5})(?: [^\x01]*)?\x01\r?\n$/i
const RESUMED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: CTCP is marked by it
  /^(?:@\S+ )?(?::\S+ )?(?:PRIVMSG|NOTICE) \S+ :\x01DCC (RESUME|ACCEPT) (?:"[^"]*"|\S+) (\d{1,5}) \d+(?: [^\x01]*)?\x01\r?\n$/i

export const irc: Helper = {
  name: 'irc',
  reads: READS.both,
  read(talk) {
    const fromClient = (talk.direction === OUT) !== talk.fromOutside
    // A server of IRC behind the box needs no help: who talks to it offers his own address.
    if (talk.fromOutside) {
      talk.leave()
      return
    }
    for (let at = talk.start; at < talk.end; ) {
      const next = lineEnd(talk.bytes, at, talk.end)
      if (next < 0) {
        talk.hold(at)
        return
      }
      const end = talk.end
      if (!line(talk, at, next, fromClient)) return
      at = next + talk.end - end
    }
  },
}

function line(talk: Conversation, from: number, to: number, fromClient: boolean): boolean {
  if (fromClient && (talk.stage & SEEN.registration) === 0) {
    if (!REGISTRATION.test(textOf(talk.bytes, from, to))) {
      talk.leave()
      return false
    }
    talk.stage |= SEEN.registration
  }
  if ((talk.stage & SEEN.welcome) === 0) {
    if (!fromClient && WELCOME.test(textOf(talk.bytes, from, to))) talk.stage |= SEEN.welcome
    return true
  }
  // Most lines carry no CTCP.
  const mark = talk.bytes.indexOf(CTCP, from)
  if (mark < 0 || mark >= to || talk.state !== STATE.ESTABLISHED) return true
  const text = textOf(talk.bytes, from, to)
  const offer = OFFER.exec(text)
  if (offer) offered(talk, from, text, offer[1]!, offer[2]!, fromClient)
  const resumed = offer ? null : RESUMED.exec(text)
  if (resumed) agreed(talk, from, text, resumed[1]!.toUpperCase(), resumed[2]!, fromClient)
  return talk.stopped === 0
}

function offered(
  talk: Conversation,
  from: number,
  text: string,
  address: string,
  port: string,
  fromClient: boolean,
): void {
  const wanted = talk.expectation()
  wanted.controlled = false
  if (!fromClient) {
    if (Number(address) > 0xffffffff || !isSafePort(Number(port))) return
    wanted.opener = OUT
    wanted.far = Number(address)
    wanted.farPort = Number(port)
    talk.expect(wanted)
    return
  }
  if (Number(address) !== talk.client && Number(address) !== talk.wan) return
  wanted.far = 0
  wanted.nearPort = Number(port)
  const opened = Number(port) === 0 ? -1 : talk.expect(wanted)
  if (opened < 0) return
  const said = `${address} ${port}`
  talk.replace(from + text.lastIndexOf(said), said.length, `${talk.wan} ${opened}`)
}

/** The receiver names the port that he was told; the one who offered names his own. */
function agreed(
  talk: Conversation,
  from: number,
  text: string,
  word: string,
  port: string,
  fromClient: boolean,
): void {
  const number = Number(port)
  let other = -1
  if (word === 'RESUME' && !fromClient && talk.ownerOf(TCP, number) === talk.client)
    other = talk.ownerPortOf(TCP, number)
  if (word === 'ACCEPT' && fromClient) other = talk.masqPortOf(TCP, talk.client, number)
  if (other > 0) talk.replace(from + text.lastIndexOf(` ${port} `) + 1, port.length, String(other))
}

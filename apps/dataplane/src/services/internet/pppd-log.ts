/** What pppd said, in words for people: why a session is not there, and whose it is. Pure text in, text out. */

import type { Trouble } from './line.ts'
import { MODEM_REFUSALS } from './pppd-config.ts'

/** pppd(8), EXIT STATUS. */
export const EXIT = {
  fatal: 1,
  options: 2,
  noKernel: 4,
  openFailed: 7,
  connectFailed: 8,
  idle: 12,
  peerDead: 15,
  hangUp: 16,
  loopback: 17,
  authFailed: 19,
} as const

export interface Ended {
  code: number | null
  log: string
  /** The port or serial line. */
  port: string
  /** Whether the cable of the port is plugged in; null where that cannot be known. */
  carrier: boolean | null
}

export function troubleOf(ended: Ended): Trouble {
  if (ended.code === EXIT.idle) return { text: '', kind: 'idle', triesItself: false }
  const auth = ended.code === EXIT.authFailed || /(CHAP|PAP) authentication failed/.test(ended.log)
  return {
    text: auth ? refused(ended.log) : wordsOf(ended),
    kind: auth ? 'auth' : 'other',
    triesItself: false,
  }
}

function refused(log: string): string {
  const said = /authentication failed: (.+)/.exec(log)?.[1] ?? /Remote message: (.+)/.exec(log)?.[1]
  const because = said ? ` (“${printable(said)}”)` : ''
  return `the provider refused the user name or the password${because}; compare them with the provider’s letter`
}

function wordsOf({ code, log, port, carrier }: Ended): string {
  const has = (pattern: RegExp) => pattern.test(log)
  if (carrier === false || has(/Network is down/))
    return `no carrier at ${port}: the cable is not plugged in, or the device at its other end is off`
  if (has(/Timeout waiting for PADO|Unable to complete PPPoE Discovery/))
    return has(/Timeout waiting for PADS/)
      ? `the provider answered discovery at ${port} and then refused a session; perhaps the old one is still open there`
      : `nobody answers PPPoE discovery at ${port}; is this the port that leads to the modem, and the service name right?`
  if (has(/Service-Name-Error/))
    return 'the provider does not know this service name; leave it empty to take any'
  if (code === EXIT.noKernel) return 'this system’s kernel has no PPP'
  const modem = MODEM_REFUSALS.find((word) => has(new RegExp(`Failed \\(${word}\\)`)))
  if (modem) return MODEM_WORDS[modem]
  if (code === EXIT.connectFailed) return `the modem at ${port} did not answer as its script expects`
  if (code === EXIT.openFailed) return `the serial line ${port} cannot be opened; is the modem plugged in?`
  if (code === EXIT.peerDead || has(/No response to \d+ echo-requests/))
    return 'the provider fell silent: no answer to echo requests for two minutes'
  if (has(/LCP terminated by peer|LCP terminated \(/)) return `the provider hung up${peerSaid(log)}`
  if (code === EXIT.loopback)
    return `the line at ${port} gives back what is sent: it is not connected to anything`
  if (has(/LCP: timeout sending Config-Requests/))
    return 'a session was opened, and then nobody spoke PPP at its other end'
  if (code === EXIT.hangUp || has(/Modem hangup|Hangup/)) return 'the provider hung up'
  return `pppd ended${code === null ? '' : ` with code ${code}`}: ${printable(lastLine(log)) || 'it said nothing'}`
}

const MODEM_WORDS: Record<(typeof MODEM_REFUSALS)[number], string> = {
  BUSY: 'the number is busy',
  'NO CARRIER': 'the modem reached nobody: no carrier',
  'NO DIALTONE': 'the modem hears no dial tone; is it plugged into the telephone socket?',
  'NO ANSWER': 'nobody answers at this number',
  ERROR: 'the modem does not understand one of the commands of its script',
}

function peerSaid(log: string): string {
  const said = /LCP terminated by peer \((.+?)\)/.exec(log)?.[1]
  return said ? ` (“${printable(said)}”)` : ''
}

export const lastLine = (log: string): string => log.trim().split('\n').at(-1) ?? ''

/** Peers choose these words. */
export const printable = (text: string): string =>
  text
    .replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, ' ')
    .trim()
    .slice(0, 120)

/** @returns who is at the other end, and the number of the session */
export function peerOf(log: string): { name: string | null; address: string | null; session: number } {
  return {
    name: printable(/Access-Concentrator: (.+)/.exec(log)?.[1] ?? '') || null,
    address: /Connected to ([0-9A-Fa-f:]{17}) via/.exec(log)?.[1]?.toLowerCase() ?? null,
    session: Number(/PPP session is (\d+)/.exec(log)?.[1] ?? 0),
  }
}

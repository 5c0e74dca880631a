/** What pppd and chat said of a line, in words for people. Pure text in, text out. */
import type { DialinLine } from '@bauta/config'
import type { DialinLineStatus } from '@bauta/control/schemas'
import { EXIT, lastLine, printable } from '../internet/pppd-log.ts'

export interface EndedCall {
  code: number | null
  log: string
  line: Pick<DialinLine, 'device' | 'kind'>
  /** Whether the serial line's device exists. */
  there: boolean
  /** Who was on; null where nobody came so far. */
  caller: string | null
}

/** How a wait or a call ended. */
export interface CallEnd {
  text: string
  /** `call`: a call, and it is over; `failed`: somebody called in vain; `line`: nobody can call */
  kind: 'call' | 'failed' | 'line'
}

/** @returns null where nothing happened that anybody would want to know */
export function endOfCall(ended: EndedCall): CallEnd | null {
  const { code, log, caller } = ended
  if (caller !== null) return { text: `${caller} ${partingWords(log)}`, kind: 'call' }
  const refused = refusedWords(log)
  if (refused !== null) return { text: refused, kind: 'failed' }
  const trouble = lineTrouble(ended)
  if (trouble) return { text: trouble, kind: 'line' }
  if (isWithoutModem(log)) return { text: NO_MODEM_CALLED, kind: 'failed' }
  // Nobody called for a while: the modem is told again what to do.
  if (code === EXIT.connectFailed) return null
  if (/LCP: timeout sending Config-Requests/.test(log))
    return { text: 'somebody called and did not speak PPP', kind: 'failed' }
  if (/LCP terminated by peer|Modem hangup|Hangup/.test(log))
    return { text: 'a caller hung up before it had proved who it is', kind: 'failed' }
  return { text: `a call came to nothing: ${said(code, log)}`, kind: 'failed' }
}

/** @returns why a caller was turned away; null where nobody was */
function refusedWords(log: string): string | null {
  const failed = /Peer "?([^"\n]*?)"? failed CHAP|PAP peer authentication failed for "?([^"\n]*?)"?$/m.exec(
    log,
  )
  const name = printable(failed?.[1] ?? failed?.[2] ?? '')
  if (failed && /No (CHAP|PAP) secret found/i.test(log))
    return `a caller was turned away: there is no account “${name}”`
  if (failed) return `“${name}” was turned away: no such account, or a wrong password`
  return /peer refused to authenticate/.test(log)
    ? 'a caller was turned away that would not prove who it is'
    : null
}

function lineTrouble({ code, log, line: { device, kind }, there }: EndedCall): string | null {
  if (!there) return noLine(device)
  if (code === EXIT.noKernel) return 'this system’s kernel has no PPP'
  if (code === EXIT.openFailed) return `the serial line ${device} cannot be opened: ${said(code, log)}`
  if (code === EXIT.options || code === EXIT.fatal) return `pppd cannot work at ${device}: ${said(code, log)}`
  return kind === 'direct' || code !== EXIT.connectFailed ? null : modemTrouble(log, device)
}

export const noLine = (device: string): string =>
  `there is no serial line ${device}; was an adapter unplugged?`

/** @param log of a chat that failed @returns null where the modem did what it was told, and nobody called */
export function modemTrouble(log: string, device: string): string | null {
  if (/Failed \(ERROR\)/.test(log))
    return `the modem at ${device} does not understand what it is told; look at its manual`
  return isSetUp(log) ? null : `the modem at ${device} does not answer`
}

export const NO_MODEM_CALLED = 'somebody called, but no modem spoke at the other end'
export const isWithoutModem = (log: string): boolean => /Failed \(NO CARRIER\)/.test(log)

function partingWords(log: string): string {
  if (/No response to \d+ echo-requests/.test(log)) return 'fell silent, and was hung up'
  if (/LCP terminated by peer/.test(log)) return 'hung up'
  if (/Modem hangup|Hangup/.test(log)) return 'was lost: the line broke'
  return 'is no longer on'
}

const said = (code: number | null, log: string): string =>
  printable(lastLine(log)) || (code === null ? 'pppd said nothing' : `pppd ended with code ${code}`)

/** The modem took its commands, and the script waits for a call. */
export const isSetUp = (log: string): boolean => /expect \(CONNECT\)/.test(log)

/** @returns what goes on while pppd runs and nobody is on yet */
export function stateOf(log: string, { kind }: Pick<DialinLine, 'kind'>): DialinLineStatus['state'] {
  // over a cable it says the same from the beginning, whoever begins to speak
  if (kind === 'direct') return /Connect: /.test(log) ? 'waiting' : 'setup'
  if (/Serial connection established/.test(log)) return 'answering'
  return isSetUp(log) ? 'waiting' : 'setup'
}

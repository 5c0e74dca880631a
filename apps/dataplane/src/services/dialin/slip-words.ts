/** What slip-line.sh, chat, slip-login-main.ts and slattach said of a line, in words for people. Pure text in, text out. */
import type { DialinLine } from '@bauta/config'
import type { DialinLineStatus } from '@bauta/control/schemas'
import { lastLine, printable } from '../internet/pppd-log.ts'
import {
  type CallEnd,
  type EndedCall,
  isSetUp,
  isWithoutModem,
  modemTrouble,
  NO_MODEM_CALLED,
  noLine,
} from './call-words.ts'

/** @returns null where nothing happened that anybody would want to know */
export function endOfSlip(ended: EndedCall): CallEnd | null {
  const { log, line, caller } = ended
  // SLIP has no word for good-bye: the modem loses its carrier, and that is all.
  if (caller !== null) return { text: `${caller} hung up, or the line broke`, kind: 'call' }
  if (/^slip: begun as /m.test(log)) return { text: 'the line was hung up', kind: 'call' }
  const refused = refusedWords(log)
  if (refused !== null) return { text: refused, kind: 'failed' }
  const trouble = lineTrouble(ended)
  if (trouble !== null) return { text: trouble, kind: 'line' }
  if (/^slip: no call$/m.test(log))
    return isWithoutModem(log) ? { text: NO_MODEM_CALLED, kind: 'failed' } : null
  if (/^slip: somebody calls$/m.test(log)) return { text: unnamedWords(log), kind: 'failed' }
  return { text: `nobody can call at ${line.device}: ${said(log)}`, kind: 'line' }
}

/** @returns who was turned away last; null where nobody was */
function refusedWords(log: string): string | null {
  const last = [...log.matchAll(/^login: (wrong password|no account): (.*)$/gm)].at(-1)
  if (!last || /^login: let in: /m.test(log)) return null
  const name = printable(last[2]!)
  return last[1] === 'no account'
    ? `a caller was turned away: there is no account “${name}”`
    : `“${name}” was turned away: the password is wrong`
}

function unnamedWords(log: string): string {
  if (/^login: speaks PPP$/m.test(log)) return 'somebody called and spoke PPP; this line speaks SLIP'
  if (/^login: (too slow|hung up)$/m.test(log)) return 'somebody called and did not say who it is'
  return 'a caller hung up before it had proved who it is'
}

function lineTrouble({ log, line, there }: EndedCall): string | null {
  const { device } = line
  if (!there) return noLine(device)
  const missing = /^slip: missing: (.*)$/m.exec(log)?.[1]
  if (missing === 'slattach') return 'slattach is not installed; Debian has it in the package net-tools'
  if (missing) return `${missing} is not installed`
  const unopened = /^slip: no line: (.*)$/m.exec(log)?.[1] ?? /(cannot open .*)$/m.exec(log)?.[1]
  if (unopened) return `the serial line ${device} cannot be opened: ${printable(unopened)}`
  const refused = /^slip: no SLIP: (.*)$/m.exec(log)?.[1]
  if (refused !== undefined) return kernelWords(refused)
  if (/^slip: no device /m.test(log)) return deviceWords(beforeLast(log), device)
  return /^slip: no call$/m.test(log) ? modemTrouble(log, device) : null
}

/** slattach, where the kernel does not know the line discipline: `SLIP_set_disc(1): Invalid argument` */
function kernelWords(text: string): string {
  if (/set_disc.*Invalid argument/.test(text)) return 'this system’s kernel has no SLIP'
  if (/set_disc.*not permitted/.test(text)) return 'this system does not let the box begin SLIP'
  return `SLIP cannot be begun: ${printable(text)}`
}

/** In a network namespace of its own the box does not see what the kernel made. */
const deviceWords = (text: string, device: string): string =>
  /Cannot find device "sl/.test(text)
    ? 'the kernel makes devices of SLIP in the system’s own network, and the box has one of its own here (a container): it cannot answer by SLIP'
    : `the line ${device} could not be made a device: ${text}`

const said = (log: string): string => printable(lastLine(log)) || 'nothing was said'
const beforeLast = (log: string): string => said(log.trimEnd().split('\n').slice(0, -1).join('\n'))

/** @returns what goes on while nobody is known to be on */
export function stateOfSlip(log: string, { kind }: Pick<DialinLine, 'kind'>): DialinLineStatus['state'] {
  // over a cable nothing is waited for
  if (kind === 'direct') return 'setup'
  if (/^slip: somebody calls$/m.test(log)) return 'answering'
  return isSetUp(log) ? 'waiting' : 'setup'
}

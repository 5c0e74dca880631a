/**
 * One client of the line protocol (docs/dial-protocol.md): lines in, lines out. Pure but for what it is given.
 *
 *   greeted → challenged → logged in.  Before the last nothing is told but how to log in.
 *
 * Answers begin with +OK or -ERR; a list follows +OK and ends with a line that is a single dot.
 */
import { randomBytes } from 'node:crypto'
import type { InternetConnectionStatus, InternetStatus } from '@bauta/control/schemas'
import type { Dialers } from './dialers.ts'

export interface DialActions {
  dialers: Dialers
  status: () => InternetStatus
  /** @throws Error with a sentence */
  dial: (connection: string, who: string) => Promise<void>
  hangUp: (connection: string, who: string) => Promise<void>
  note: (who: string, text: string) => void
}

export interface DialSession {
  greeting: string
  /** Who is logged in; null: nobody yet. */
  who: () => string | null
  /** @returns what is answered, and whether the client is then hung up on */
  line: (text: string) => Promise<{ answer: string; bye: boolean }>
}

export const DIAL_VERSION = 1
/** Lines that are no command, or passwords that are none, before the client is hung up on. */
const MOST_FAULTS = 10
const LOG_LINES = 50

export function dialSession(
  actions: DialActions,
  nonce = randomBytes(18).toString('base64url'),
): DialSession {
  let who: string | null = null
  let claimed: string | null = null
  let faults = 0

  const refuse = (text: string): string => {
    faults++
    return `-ERR ${text}`
  }
  const list = (title: string, lines: readonly string[]): string =>
    [`+OK ${title}`, ...lines.map(printable), '.'].join('\n')
  const mayOf = (name: string): string[] => actions.dialers.find(name)?.connections ?? []

  const login = (name: string): string => {
    if (!/^[a-z0-9][a-z0-9._-]{0,31}$/.test(name)) return refuse('a name has small letters, digits or . _ -')
    claimed = name
    who = null
    const { memory, passes, parallelism, salt } = actions.dialers.challenge(name)
    return `+OK argon2id m=${memory} t=${passes} p=${parallelism} salt=${salt.toString('base64')} nonce=${nonce}`
  }
  const prove = (text: string): string => {
    if (claimed === null) return refuse('say LOGIN and your name first')
    const name = claimed
    claimed = null
    const wait = actions.dialers.waitOf(name)
    if (wait > 0) return refuse(`too many wrong passwords; try again in ${Math.ceil(wait / 1000)} s`)
    const dialer = actions.dialers.prove(name, nonce, Buffer.from(text, 'base64'))
    if (!dialer) {
      if (actions.dialers.find(name)) actions.note(name, 'gave a wrong password')
      return refuse('the name or the password is wrong')
    }
    who = name
    actions.note(name, 'logged in')
    return `+OK ${name} may dial: ${dialer.connections.join(', ') || 'nothing, only look'}`
  }
  const press = async (button: DialActions['dial'], connection: string, done: string): Promise<string> => {
    if (!mayOf(who!).includes(connection))
      return refuse(`${who} may not press the buttons of “${printable(connection)}”`)
    try {
      await button(connection, who!)
      return `+OK ${connection} ${done}`
    } catch (error) {
      return refuse(printable((error as Error).message))
    }
  }
  const known = async (word: string, rest: string): Promise<string> => {
    const { connections, events } = actions.status()
    switch (word) {
      case 'LIST':
        return list(
          'connections',
          connections.map((one) => row(one, mayOf(who!))),
        )
      case 'STATUS': {
        const found = connections.find((one) => (rest === '' ? one.inUse : one.name === rest))
        return found ? list(found.name, statusLines(found)) : refuse('there is no such connection')
      }
      case 'LOAD': {
        const inUse = connections.find((one) => one.inUse)
        return `+OK down=${Math.round(inUse?.rate.down ?? 0)} up=${Math.round(inUse?.rate.up ?? 0)} bit/s`
      }
      case 'DIAL':
        return press(actions.dial, rest, 'is dialled')
      case 'HANGUP':
        return press(actions.hangUp, rest, 'is hung up')
      case 'LOG':
        return list('what happened, newest first', events.slice(0, LOG_LINES).map(eventLine))
      default:
        return refuse('no such command; there are HELLO LOGIN PROOF LIST STATUS LOAD DIAL HANGUP LOG QUIT')
    }
  }

  return {
    greeting: `+OK Bauta dial ${DIAL_VERSION}`,
    who: () => who,
    line: async (text) => {
      const [, given = '', rest = ''] = /^(\S*)\s*(.*)$/.exec(text.trim()) ?? []
      const word = given.toUpperCase()
      if (word === 'QUIT') return { answer: '+OK bye', bye: true }
      // Rights that were taken away count at once.
      if (who !== null && !actions.dialers.find(who)) who = null
      let answer: string
      if (word === 'HELLO') answer = `+OK Bauta dial ${DIAL_VERSION}`
      else if (word === 'LOGIN') answer = login(rest)
      else if (word === 'PROOF') answer = prove(rest)
      else answer = who === null ? refuse('log in first: LOGIN, then PROOF') : await known(word, rest)
      return { answer, bye: faults >= MOST_FAULTS }
    },
  }
}

function row({ name, kind, state, inUse }: InternetConnectionStatus, may: readonly string[]): string {
  const rights = may.includes(name) ? 'dial' : 'look'
  return `${kind} ${state} ${inUse ? 'in-use' : '-'} ${rights} ${name}`
}

function statusLines(one: InternetConnectionStatus): string[] {
  return [
    `state ${one.state}`,
    `since ${time(one.since)}`,
    ...(one.address ? [`address ${one.address}`] : []),
    ...(one.problem ? [`problem ${one.problem}`] : []),
    ...(one.nextAttemptAt ? [`next-attempt ${time(one.nextAttemptAt)}`] : []),
    `bytes down=${one.bytes.down} up=${one.bytes.up}`,
  ]
}

const eventLine = ({ at, who, connection, text }: InternetStatus['events'][number]): string =>
  `${time(at)} ${who} ${connection}: ${text}`

const time = (at: number): string => new Date(at).toISOString()

/** In one line, whatever a provider said, and never a lone dot, which would end the list. */
function printable(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cs}]/gu, ' ')
  return clean === '.' ? '..' : clean
}

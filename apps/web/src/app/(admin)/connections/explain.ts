/**
 * “Why is this here?” in sentences: who let it in, who is seen as whom, which clock is running.
 * A sentence is made of plain text and of code (addresses, rules), which the page sets in the monospaced face.
 */
import type { Connection } from '@bauta/control/schemas'
import { bytes, lasting, plural, timeOfDay } from '../../../live/format.ts'

export type Piece = string | { code: string }
export type Sentence = readonly Piece[]

const code = (text: string): Piece => ({ code: text })

export const textOf = (sentence: Sentence): string =>
  sentence.map((piece) => (typeof piece === 'string' ? piece : piece.code)).join('')

/** ICMP keeps type*256+code where the others keep a port (2.2). */
export function serverPortText({ protocol, serverPort }: Connection): string {
  if (protocol !== 'ICMP') return String(serverPort)
  const type = serverPort >> 8
  if (serverPort === 0x800) return 'echo'
  return `${type}/${serverPort & 255}`
}

export const clientName = ({ kind, device, client }: Connection): string =>
  kind === 'box' ? 'this box' : (device ?? client)
export const serverLabel = ({ serverName, server }: Connection): string => serverName ?? server

/** The state as people read it: 2.2's names for TCP; for the others whether anybody has answered. */
export function stateText({ protocol, state, replied }: Connection): string {
  if (protocol === 'TCP') return state
  return replied ? 'answered' : 'no answer'
}

/** `192.168.77.21:9308`; an ICMP query has an id in the place of the port */
function socket(address: string, port: number, protocol: Connection['protocol']): string {
  return protocol === 'ICMP' ? `${address} id ${port}` : `${address}:${port}`
}

function serverSocket(row: Connection): string {
  return row.protocol === 'ICMP' ? row.server : `${row.server}:${row.serverPort}`
}

export interface Ends {
  from: string
  to: string
}

/** What the packets say on either side of the box. */
export function addresses(row: Connection): { before: Ends; after: Ends } {
  const to = serverSocket(row)
  return {
    before: { from: socket(row.client, row.clientPort, row.protocol), to },
    after: { from: socket(row.wan, row.masqPort, row.protocol), to },
  }
}

function admission(row: Connection, now: number, revisionNow: number | null): Sentence {
  const when = timeOfDay(now - row.age * 1000)
  const later =
    revisionNow !== null && revisionNow > row.revision
      ? ` The settings are at revision ${revisionNow} by now, and it may stay under them.`
      : ''
  if (row.kind === 'forward')
    return row.ruleId === 0
      ? [`The machine had sent from this port before, so it may be reached there since ${when}.`, later]
      : [`A forward let it in at ${when}: `, code(row.ruleText), '.', later]
  if (row.ruleId === 0)
    return [
      `No rule spoke of it: the policy of its chain let it in at ${when}, under revision ${row.revision}.`,
      later,
    ]
  return [
    `Rule ${row.ruleId} of revision ${row.revision} let it in at ${when}: `,
    code(row.ruleText),
    '.',
    later,
  ]
}

/** What was let in from outside, or turned round inside. */
function forwarding(row: Connection): Sentence {
  const { asked, protocol } = row
  if (asked)
    return [
      code(socket(row.client, row.clientPort, protocol)),
      ' asked for ',
      code(`${asked.address}:${asked.port}`),
      ', which leads to ',
      code(serverSocket(row)),
      '; there it is seen as ',
      code(socket(row.wan, row.masqPort, protocol)),
      '.',
    ]
  return [
    row.protocol === 'TCP' || row.protocol === 'UDP'
      ? `${protocol} port ${row.masqPort} of `
      : `${protocol} to `,
    code(row.wan),
    ' leads to ',
    code(socket(row.client, row.clientPort, protocol)),
    '.',
  ]
}

function translation(row: Connection): Sentence {
  if (row.kind === 'forward') return forwarding(row)
  if (row.kind === 'box')
    return [
      'The box itself opened it from ',
      code(socket(row.wan, row.masqPort, row.protocol)),
      '; nothing had to be translated.',
    ]
  const what = row.protocol === 'ICMP' ? 'id' : 'port'
  const kept =
    row.masqPort === row.clientPort
      ? `the ${what} could be kept.`
      : `the ${what} ${row.clientPort} was taken or outside the range, so ${row.masqPort} was chosen.`
  return [
    code(socket(row.client, row.clientPort, row.protocol)),
    ' is seen outside as ',
    code(socket(row.wan, row.masqPort, row.protocol)),
    `; ${kept}`,
  ]
}

function destination(row: Connection): Sentence {
  if (!row.serverName) return []
  return [code(row.server), ' was looked up as ', code(row.serverName), '.']
}

const CLOCKS: Record<string, string> = {
  ESTABLISHED: 'the timeout of idle TCP connections',
  FIN_WAIT: 'the timeout of closing TCP connections',
  UDP: 'the timeout of UDP',
  ICMP: 'the timeout of ICMP queries',
}

function clock(row: Connection, now: number): Sentence {
  const which = CLOCKS[row.state] ?? `the timeout of the TCP state ${row.state}`
  return [
    `Last packet ${row.idle < 1 ? 'just now' : `${lasting(row.idle)} ago`}; ${which} is ${lasting(row.timeout)}, so without another packet it ends at ${timeOfDay(now + row.expiresIn * 1000)}.`,
  ]
}

function traffic(row: Connection): Sentence {
  const out = `${plural(row.packetsOut, 'packet')} (${bytes(row.bytesOut)}) went out`
  if (!row.replied && row.packetsIn === 0) return [`${out}; nobody has answered yet.`]
  return [`${out}, ${plural(row.packetsIn, 'packet')} (${bytes(row.bytesIn)}) came in.`]
}

function carrying({ carried: { by, why } }: Connection): Sentence {
  if (by === 'kernel') return ['The kernel carries its packets; what happens to them is decided.']
  return why === '' ? [] : [`Its packets pass one by one through the packet thread: ${why}.`]
}

/** @param now the moment of the page that the row came with, ms @param revisionNow of the settings, where known */
export function explain(row: Connection, now: number, revisionNow: number | null): Sentence[] {
  return [
    admission(row, now, revisionNow),
    translation(row),
    destination(row),
    clock(row, now),
    traffic(row),
    carrying(row),
  ].filter((sentence) => sentence.length > 0)
}

/**
 * The states of a connection and how packets change them: the literal table of Linux 2.2 (ip_masq.c).
 *
 * 2.2 does not check sequence numbers and knows no error: every packet of every kind leads somewhere, so a connection may
 * be picked up in the middle (NONE, first packet an ACK from the client: ESTABLISHED). An RST does not end it at once;
 * it leads to CLOSE, and CLOSE runs out by its timeout like everything else. Every packet, an RST too, restarts the timer
 * with the timeout of the state it leads to.
 *
 * UDP, ICMP and the protocols without ports have one state each, which nothing changes.
 */
import { TCP_FLAG } from '@bauta/packet'
import { type Direction, OUT } from './key-index.ts'

/** In the order and with the names of 2.2; the numbers are what the connection table stores. */
export const STATE = {
  NONE: 0,
  ESTABLISHED: 1,
  SYN_SENT: 2,
  SYN_RECV: 3,
  FIN_WAIT: 4,
  TIME_WAIT: 5,
  CLOSE: 6,
  CLOSE_WAIT: 7,
  LAST_ACK: 8,
  LISTEN: 9,
  UDP: 10,
  ICMP: 11,
  /** GRE, ESP and other protocols without ports, which 2.2 did not masquerade. */
  OTHER: 12,
} as const
export type StateName = keyof typeof STATE
export const STATE_NAMES = Object.keys(STATE) as StateName[]

/** Two letters a state, as the matrix below writes them. */
const SHORT = ['NO', 'ES', 'SS', 'SR', 'FW', 'TW', 'CL', 'CW', 'LA', 'LI']

/**
 * Rows: who sent what. Columns: the state before; entries: the state after. *out* is client to server, *in* the other way.
 */
export const TCP_MATRIX = `
             NO  ES  SS  SR  FW  TW  CL  CW  LA  LI
  in  syn    SR  ES  ES  SR  SR  SR  SR  SR  SR  SR
  in  fin    CL  CW  SS  TW  TW  TW  CL  CW  LA  LI
  in  ack    CL  ES  SS  SR  FW  TW  CL  CW  CL  LI
  in  rst    CL  CL  CL  SR  CL  CL  CL  CL  LA  LI
  out syn    SS  ES  SS  ES  SS  SS  SS  SS  SS  LI
  out fin    TW  FW  SS  TW  FW  TW  CL  TW  LA  LI
  out ack    ES  ES  SS  SR  FW  TW  CL  CW  LA  ES
  out rst    CL  CL  SS  CL  CL  TW  CL  CL  CL  CL
`

const KINDS = ['syn', 'fin', 'ack', 'rst']
const SYN = 0
const FIN = 1
const ACK = 2
const RST = 3
const STATES_OF_TCP = SHORT.length

/** next[((direction * 4) + kind) * 10 + state] */
const next = readMatrix(TCP_MATRIX)

function readMatrix(text: string): Uint8Array {
  const table = new Uint8Array(2 * KINDS.length * STATES_OF_TCP)
  const [, ...rows] = text.trim().split('\n')
  for (const row of rows) {
    const [way, kind, ...after] = row.trim().split(/\s+/)
    const line = (way === 'out' ? 0 : 1) * KINDS.length + KINDS.indexOf(kind!)
    after.forEach((short, state) => {
      table[line * STATES_OF_TCP + state] = SHORT.indexOf(short)
    })
  }
  return table
}

/**
 * @param state of TCP, NONE to LISTEN
 * @param flags as in the TCP header; of several that are set the first of RST, SYN, FIN, ACK counts
 * @returns the state after the packet; CLOSE where none of the four is set, as in 2.2
 */
export function nextTcpState(state: number, direction: Direction, flags: number): number {
  const kind =
    flags & TCP_FLAG.rst
      ? RST
      : flags & TCP_FLAG.syn
        ? SYN
        : flags & TCP_FLAG.fin
          ? FIN
          : flags & TCP_FLAG.ack
            ? ACK
            : -1
  if (kind < 0) return STATE.CLOSE
  return next[((direction === OUT ? 0 : KINDS.length) + kind) * STATES_OF_TCP + state]!
}

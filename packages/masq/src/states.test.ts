import { expect, it } from 'vitest'
import { IN, OUT } from './key-index.ts'
import { nextTcpState, STATE, STATE_NAMES, type StateName } from './states.ts'
import { ACK, FIN, PSH, RST, SYN } from './testing.ts'

/**
 * The documented table of 2.2, written out once more in full names and column by column, so that a slip in one of the two
 * spellings does not pass.
 */
const COLUMNS: Record<string, Record<string, StateName>> = {
  NONE: {
    'in syn': 'SYN_RECV',
    'in fin': 'CLOSE',
    'in ack': 'CLOSE',
    'in rst': 'CLOSE',
    'out syn': 'SYN_SENT',
    'out fin': 'TIME_WAIT',
    'out ack': 'ESTABLISHED',
    'out rst': 'CLOSE',
  },
  ESTABLISHED: {
    'in syn': 'ESTABLISHED',
    'in fin': 'CLOSE_WAIT',
    'in ack': 'ESTABLISHED',
    'in rst': 'CLOSE',
    'out syn': 'ESTABLISHED',
    'out fin': 'FIN_WAIT',
    'out ack': 'ESTABLISHED',
    'out rst': 'CLOSE',
  },
  SYN_SENT: {
    'in syn': 'ESTABLISHED',
    'in fin': 'SYN_SENT',
    'in ack': 'SYN_SENT',
    'in rst': 'CLOSE',
    'out syn': 'SYN_SENT',
    'out fin': 'SYN_SENT',
    'out ack': 'SYN_SENT',
    'out rst': 'SYN_SENT',
  },
  SYN_RECV: {
    'in syn': 'SYN_RECV',
    'in fin': 'TIME_WAIT',
    'in ack': 'SYN_RECV',
    'in rst': 'SYN_RECV',
    'out syn': 'ESTABLISHED',
    'out fin': 'TIME_WAIT',
    'out ack': 'SYN_RECV',
    'out rst': 'CLOSE',
  },
  FIN_WAIT: {
    'in syn': 'SYN_RECV',
    'in fin': 'TIME_WAIT',
    'in ack': 'FIN_WAIT',
    'in rst': 'CLOSE',
    'out syn': 'SYN_SENT',
    'out fin': 'FIN_WAIT',
    'out ack': 'FIN_WAIT',
    'out rst': 'CLOSE',
  },
  TIME_WAIT: {
    'in syn': 'SYN_RECV',
    'in fin': 'TIME_WAIT',
    'in ack': 'TIME_WAIT',
    'in rst': 'CLOSE',
    'out syn': 'SYN_SENT',
    'out fin': 'TIME_WAIT',
    'out ack': 'TIME_WAIT',
    'out rst': 'TIME_WAIT',
  },
  CLOSE: {
    'in syn': 'SYN_RECV',
    'in fin': 'CLOSE',
    'in ack': 'CLOSE',
    'in rst': 'CLOSE',
    'out syn': 'SYN_SENT',
    'out fin': 'CLOSE',
    'out ack': 'CLOSE',
    'out rst': 'CLOSE',
  },
  CLOSE_WAIT: {
    'in syn': 'SYN_RECV',
    'in fin': 'CLOSE_WAIT',
    'in ack': 'CLOSE_WAIT',
    'in rst': 'CLOSE',
    'out syn': 'SYN_SENT',
    'out fin': 'TIME_WAIT',
    'out ack': 'CLOSE_WAIT',
    'out rst': 'CLOSE',
  },
  LAST_ACK: {
    'in syn': 'SYN_RECV',
    'in fin': 'LAST_ACK',
    'in ack': 'CLOSE',
    'in rst': 'LAST_ACK',
    'out syn': 'SYN_SENT',
    'out fin': 'LAST_ACK',
    'out ack': 'LAST_ACK',
    'out rst': 'CLOSE',
  },
  LISTEN: {
    'in syn': 'SYN_RECV',
    'in fin': 'LISTEN',
    'in ack': 'LISTEN',
    'in rst': 'LISTEN',
    'out syn': 'LISTEN',
    'out fin': 'LISTEN',
    'out ack': 'ESTABLISHED',
    'out rst': 'CLOSE',
  },
}

const FLAGS: Record<string, number> = { syn: SYN, fin: FIN, ack: ACK, rst: RST }

const cells = Object.entries(COLUMNS).flatMap(([state, rows]) =>
  Object.entries(rows).map(([row, after]) => [state, row, after] as const),
)

it('has all 80 cells', () => {
  expect(cells).toHaveLength(80)
})

it.each(cells)('%s, %s: %s', (state, row, after) => {
  const [way, kind] = row.split(' ')
  const flags = FLAGS[kind!]!
  const direction = way === 'out' ? OUT : IN
  expect(STATE_NAMES[nextTcpState(STATE[state as StateName], direction, flags)]).toBe(after)
  expect(STATE_NAMES[nextTcpState(STATE[state as StateName], direction, flags | PSH)]).toBe(after)
})

it('takes the first of RST, SYN, FIN, ACK where several are set', () => {
  const kinds = [RST, SYN, FIN, ACK]
  for (let flags = 1; flags < 64; flags++) {
    const first = kinds.find((kind) => flags & kind)
    if (first === undefined) continue
    for (const direction of [OUT, IN] as const)
      for (let state = STATE.NONE; state <= STATE.LISTEN; state++)
        expect(nextTcpState(state, direction, flags)).toBe(nextTcpState(state, direction, first))
  }
})

it('goes to CLOSE from everywhere when none of the four is set', () => {
  for (const direction of [OUT, IN] as const)
    for (let state = STATE.NONE; state <= STATE.LISTEN; state++)
      expect(nextTcpState(state, direction, PSH)).toBe(STATE.CLOSE)
})

it('never leaves the ten TCP states', () => {
  for (let state = STATE.NONE; state <= STATE.LISTEN; state++)
    for (let flags = 0; flags < 64; flags++)
      for (const direction of [OUT, IN] as const)
        expect(nextTcpState(state, direction, flags)).toBeLessThanOrEqual(STATE.LISTEN)
})

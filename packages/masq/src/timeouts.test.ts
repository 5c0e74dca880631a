import { TIMEOUT_PRESETS } from '@bauta/config'
import { expect, it } from 'vitest'
import { STATE } from './states.ts'
import { stateTimeouts, timeoutTable } from './timeouts.ts'

it('is the table of 2.2, second for second, with the classic preset', () => {
  expect(stateTimeouts(TIMEOUT_PRESETS.classic)).toEqual({
    NONE: 1800,
    ESTABLISHED: 900,
    SYN_SENT: 120,
    SYN_RECV: 60,
    FIN_WAIT: 120,
    TIME_WAIT: 120,
    CLOSE: 10,
    CLOSE_WAIT: 60,
    LAST_ACK: 30,
    LISTEN: 120,
    UDP: 300,
    ICMP: 60,
    OTHER: 600,
  })
})

it('keeps the minima of RFC 5382, 4787, 5508 and 7857 in every state with the standard preset', () => {
  const seconds = stateTimeouts(TIMEOUT_PRESETS.standard)
  expect(seconds.ESTABLISHED).toBeGreaterThanOrEqual(7440)
  expect(seconds.UDP).toBeGreaterThanOrEqual(300)
  expect(seconds.ICMP).toBeGreaterThanOrEqual(60)
  for (const name of [
    'SYN_SENT',
    'SYN_RECV',
    'FIN_WAIT',
    'TIME_WAIT',
    'CLOSE',
    'CLOSE_WAIT',
    'LAST_ACK',
  ] as const)
    expect(seconds[name], name).toBe(240)
})

it('changes exactly three states as ipchains -M -S did, while tcpfin is below four minutes', () => {
  const before = stateTimeouts(TIMEOUT_PRESETS.classic)
  const after = stateTimeouts({ ...TIMEOUT_PRESETS.classic, tcp: 1, tcpfin: 239, udp: 3 })
  const changed = Object.keys(before).filter((key) => before[key as 'NONE'] !== after[key as 'NONE'])
  expect(changed.sort()).toEqual(['ESTABLISHED', 'FIN_WAIT', 'UDP'])
})

it('follows tcpfin with every closing state from four minutes on', () => {
  const seconds = stateTimeouts({ ...TIMEOUT_PRESETS.standard, tcpfin: 600 })
  expect(seconds.CLOSE).toBe(600)
  expect(seconds.LAST_ACK).toBe(600)
  expect(seconds.NONE).toBe(1800)
})

it('gives ticks by state number', () => {
  const ticks = timeoutTable(TIMEOUT_PRESETS.classic)
  expect(ticks[STATE.ESTABLISHED]).toBe(90_000)
  expect(ticks[STATE.CLOSE]).toBe(1_000)
  expect(ticks[STATE.ICMP]).toBe(6_000)
})

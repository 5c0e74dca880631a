import { describe, expect, it } from 'vitest'
import type { EndedCall } from './call-words.ts'
import { endOfSlip, stateOfSlip } from './slip-words.ts'

const SET_UP = 'send (ATZ^M)\nexpect (OK)\nOK\n -- got it\nsend (ATS0=1^M)\nexpect (OK)\nOK\n -- got it\n'
const WAITS = `${SET_UP}timeout set to 900 seconds\nexpect (CONNECT)\n`
const CALLED = `${WAITS}RING\nCONNECT\n -- got it\nslip: somebody calls\n`
const ANNA = `${CALLED}login: let in: anna\n`
const end = (log: string, more: Partial<EndedCall> = {}) =>
  endOfSlip({
    code: 1,
    log,
    line: { device: '/dev/ttyS0', kind: 'modem' },
    there: true,
    caller: null,
    ...more,
  })
const cable = { line: { device: '/dev/ttyS0', kind: 'direct' } } as const

it('a call or a cable that is over', () => {
  const log = `${ANNA}slip: begun as dialin0\n`
  const call = { text: 'anna hung up, or the line broke', kind: 'call' }
  expect(end(log, { code: null, caller: 'anna' })).toEqual(call)
  expect(end(log, { code: null, caller: 'anna', there: false })).toEqual(call)
  expect(end('slip: begun as dialin0\n', { code: null, ...cable })).toEqual({
    text: 'the line was hung up',
    kind: 'call',
  })
})

describe('a call in vain', () => {
  it.each([
    ['login: wrong password: anna\nslip: not let in\n', '“anna” was turned away: the password is wrong'],
    [
      'login: wrong password: anna\nlogin: no account: mallory\nlogin: the line is gone\nslip: not let in\n',
      'a caller was turned away: there is no account “mallory”',
    ],
    [
      'login: no account: slip: no SLIP: x\nslip: not let in\n',
      'a caller was turned away: there is no account “slip: no SLIP: x”',
    ],
    ['login: too slow\nslip: not let in\n', 'somebody called and did not say who it is'],
    ['login: hung up\nslip: not let in\n', 'somebody called and did not say who it is'],
    ['login: speaks PPP\nslip: not let in\n', 'somebody called and spoke PPP; this line speaks SLIP'],
    ['login: the line is gone\nslip: not let in\n', 'a caller hung up before it had proved who it is'],
    ['', 'a caller hung up before it had proved who it is'],
  ])('%s', (said, text) => {
    expect(end(CALLED + said)).toEqual({ text, kind: 'failed' })
  })

  it('no modem at the other end', () => {
    expect(end(`${WAITS}RING\nNO CARRIER -- failed\nFailed (NO CARRIER)\nslip: no call\n`)).toEqual({
      text: 'somebody called, but no modem spoke at the other end',
      kind: 'failed',
    })
  })
})

describe('a line that cannot be called', () => {
  it.each([
    ['', { there: false }, 'there is no serial line /dev/ttyS0; was an adapter unplugged?'],
    ['slip: missing: slattach\n', {}, 'slattach is not installed; Debian has it in the package net-tools'],
    ['slip: missing: stty\n', {}, 'stty is not installed'],
    [
      'slip: no line: stty: /dev/ttyS0: Input/output error\n',
      {},
      'the serial line /dev/ttyS0 cannot be opened: stty: /dev/ttyS0: Input/output error',
    ],
    [
      'slip-line.sh: 24: cannot open /dev/ttyS0: Device or resource busy\n',
      {},
      'the serial line /dev/ttyS0 cannot be opened: cannot open /dev/ttyS0: Device or resource busy',
    ],
    ['slip: no SLIP: SLIP_set_disc(1): Invalid argument\n', {}, 'this system’s kernel has no SLIP'],
    [
      `${ANNA}slip: no SLIP: SLIP_set_disc(1): Operation not permitted\n`,
      {},
      'this system does not let the box begin SLIP',
    ],
    ['slip: no SLIP: odd\n', {}, 'SLIP cannot be begun: odd'],
    [
      'Cannot find device "sl0"\nslip: no device dialin0\n',
      {},
      'the kernel makes devices of SLIP in the system’s own network, and the box has one of its own here (a container): it cannot answer by SLIP',
    ],
    [
      'RTNETLINK answers: File exists\nslip: no device dialin0\n',
      {},
      'the line /dev/ttyS0 could not be made a device: RTNETLINK answers: File exists',
    ],
    [
      'send (ATZ^M)\nexpect (OK)\nalarm\nFailed\nslip: no call\n',
      {},
      'the modem at /dev/ttyS0 does not answer',
    ],
    [
      `${SET_UP}Failed (ERROR)\nslip: no call\n`,
      {},
      'the modem at /dev/ttyS0 does not understand what it is told; look at its manual',
    ],
    ['sh: not found\n', { code: 127 }, 'nobody can call at /dev/ttyS0: sh: not found'],
  ])('%s', (log, more, text) => {
    expect(end(log, more)).toEqual({ text, kind: 'line' })
  })
})

it('nobody called for a while: nothing to tell', () => {
  expect(end(`${WAITS}alarm\nFailed\nslip: no call\n`)).toBeNull()
})

it('how far a line has come', () => {
  const modem = (log: string) => stateOfSlip(log, { kind: 'modem' })
  expect(['', SET_UP, WAITS, CALLED].map(modem)).toEqual(['setup', 'setup', 'waiting', 'answering'])
  expect(stateOfSlip('', { kind: 'direct' })).toBe('setup')
})

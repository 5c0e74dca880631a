import { describe, expect, it } from 'vitest'
import { type EndedCall, endOfCall, stateOf } from './call-words.ts'

const SET_UP =
  'send (ATZ^M)\nexpect (OK)\nOK\n -- got it\nsend (ATS0=1^M)\nexpect (OK)\nOK\n -- got it\nsend ()\n'
const WAITS = `${SET_UP}timeout set to 900 seconds\nexpect (CONNECT)\n`
const CALLED = `${WAITS}RING\nCONNECT\n -- got it\nSerial connection established.\nUsing interface dialin0\nConnect: dialin0 <--> /dev/ttyS0\n`
const end = (log: string, code: number | null, more: Partial<EndedCall> = {}) =>
  endOfCall({ code, log, line: { device: '/dev/ttyS0', kind: 'modem' }, there: true, caller: null, ...more })

describe('a call that is over', () => {
  it.each([
    ['LCP terminated by peer (User request)\nConnection terminated.', 16, 'anna hung up'],
    ['Modem hangup\nConnection terminated.', 16, 'anna was lost: the line broke'],
    [
      'No response to 6 echo-requests\nSerial link appears to be disconnected.',
      15,
      'anna fell silent, and was hung up',
    ],
    ['', null, 'anna is no longer on'],
  ])('%s', (said, code, text) => {
    expect(end(CALLED + said, code, { caller: 'anna' })).toEqual({ text, kind: 'call' })
    // an adapter that goes with the call is told of by the next try
    expect(end(CALLED + said, code, { caller: 'anna', there: false })?.kind).toBe('call')
  })
})

describe('a call in vain', () => {
  it.each([
    [
      'Peer anna failed CHAP authentication\n',
      11,
      '“anna” was turned away: no such account, or a wrong password',
    ],
    [
      'Peer "a b" failed CHAP authentication\n',
      11,
      '“a b” was turned away: no such account, or a wrong password',
    ],
    [
      'No CHAP secret found for authenticating mallory\nPeer mallory failed CHAP authentication\n',
      11,
      'a caller was turned away: there is no account “mallory”',
    ],
    [
      'PAP peer authentication failed for anna\n',
      11,
      '“anna” was turned away: no such account, or a wrong password',
    ],
    [
      'peer refused to authenticate: terminating link\n',
      11,
      'a caller was turned away that would not prove who it is',
    ],
    ['LCP: timeout sending Config-Requests\n', 10, 'somebody called and did not speak PPP'],
    ['Modem hangup\n', 16, 'a caller hung up before it had proved who it is'],
    [
      'Peer is not authorized to use remote address 10.0.0.9\n',
      10,
      'a call came to nothing: Peer is not authorized to use remote address 10.0.0.9',
    ],
  ])('%s', (said, code, text) => {
    expect(end(CALLED + said, code)).toEqual({ text, kind: 'failed' })
  })

  it('no modem at the other end', () => {
    expect(
      end(`${WAITS}RING\nNO CARRIER -- failed\nFailed (NO CARRIER)\nConnect script failed\n`, 8),
    ).toEqual({
      text: 'somebody called, but no modem spoke at the other end',
      kind: 'failed',
    })
  })
})

describe('a line that cannot be called', () => {
  it.each([
    ['', 2, { there: false }, 'there is no serial line /dev/ttyS0; was an adapter unplugged?'],
    ['', 4, {}, 'this system’s kernel has no PPP'],
    [
      'Failed to open /dev/ttyS0: Input/output error',
      7,
      {},
      'the serial line /dev/ttyS0 cannot be opened: Failed to open /dev/ttyS0: Input/output error',
    ],
    ['mount: permission denied', 1, {}, 'pppd cannot work at /dev/ttyS0: mount: permission denied'],
    [
      'send (ATZ^M)\nexpect (OK)\nalarm\nFailed\nConnect script failed',
      8,
      {},
      'the modem at /dev/ttyS0 does not answer',
    ],
    [
      `${SET_UP}Failed (ERROR)\nConnect script failed`,
      8,
      {},
      'the modem at /dev/ttyS0 does not understand what it is told; look at its manual',
    ],
  ])('%s', (log, code, more, text) => {
    expect(end(log, code, more)).toEqual({ text, kind: 'line' })
  })
})

it('nobody called for a while: nothing to tell', () => {
  expect(end(`${WAITS}alarm\nFailed\nConnect script failed\n`, 8)).toBeNull()
})

it('what a caller says stays in one line', () => {
  expect(end(`${CALLED}Peer a\u001b[2Jb failed CHAP authentication\n`, 11)?.text).toBe(
    '“a [2Jb” was turned away: no such account, or a wrong password',
  )
})

it('how far a line has come', () => {
  const modem = (log: string) => stateOf(log, { kind: 'modem' })
  expect(['', SET_UP, WAITS, CALLED].map(modem)).toEqual(['setup', 'setup', 'waiting', 'answering'])
  const direct = (log: string) => stateOf(log, { kind: 'direct' })
  expect(['', 'Using interface dialin1\nConnect: dialin1 <--> /dev/ttyS1\n'].map(direct)).toEqual([
    'setup',
    'waiting',
  ])
})

import { expect, test } from 'vitest'
import { peerOf, troubleOf } from './pppd-log.ts'

const trouble = (code: number | null, log: string, carrier: boolean | null = true) =>
  troubleOf({ code, log, port: 'wan0', carrier })

test.each([
  [
    19,
    'CHAP authentication failed: Access denied',
    /^the provider refused the user name or the password \(“Access denied”\)/,
  ],
  [19, 'PAP authentication failed', /^the provider refused the user name or the password; compare/],
  [
    1,
    'Timeout waiting for PADO packets\nUnable to complete PPPoE Discovery',
    /^nobody answers PPPoE discovery at wan0/,
  ],
  [15, 'No response to 6 echo-requests', /^the provider fell silent/],
  [
    16,
    'LCP terminated by peer (Session-Timeout)\nModem hangup',
    /^the provider hung up \(“Session-Timeout”\)$/,
  ],
  [16, 'Modem hangup', /^the provider hung up$/],
  [10, 'LCP: timeout sending Config-Requests', /^a session was opened, and then nobody spoke PPP/],
  [4, 'This system lacks kernel support for PPP.', /kernel has no PPP/],
  [8, 'alarm\nFailed (BUSY)\nConnect script failed', /^the number is busy$/],
  [8, 'Failed (NO CARRIER)', /^the modem reached nobody/],
  [8, 'alarm\nFailed\nConnect script failed', /^the modem at wan0 did not answer/],
  [7, 'Failed to open /dev/ttyS0: No such file or directory', /^the serial line wan0 cannot be opened/],
  [2, 'In file x: unrecognized option \u0007', /^pppd ended with code 2: In file x: unrecognized option$/],
  [null, '', /^pppd ended: it said nothing$/],
])('exit %j, “%s”', (code, log, words) => {
  expect(trouble(code, log).text).toMatch(words)
})

test('a cable that is out comes before everything else', () => {
  expect(trouble(1, 'Timeout waiting for PADO packets', false).text).toMatch(/^no carrier at wan0/)
})

test('what decides how soon it is tried again', () => {
  expect(trouble(19, 'CHAP authentication failed').kind).toBe('auth')
  expect(trouble(12, 'Terminating connection due to lack of activity.').kind).toBe('idle')
  expect(trouble(16, 'Modem hangup').kind).toBe('other')
})

test('what a peer says stays in one line', () => {
  expect(trouble(16, 'LCP terminated by peer (a\u001b[31m\tb)').text).toBe(
    'the provider hung up (“a [31m b”)',
  )
})

test('who is at the other end', () => {
  const log = 'PPP session is 4711\nConnected to D6:93:2F:CF:DE:DC via interface wan0\n'
  expect(peerOf(log)).toEqual({ name: null, address: 'd6:93:2f:cf:de:dc', session: 4711 })
  expect(peerOf('')).toEqual({ name: null, address: null, session: 0 })
})

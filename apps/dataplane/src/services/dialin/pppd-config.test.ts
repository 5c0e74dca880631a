import type { DialinLine } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { type DialinWish, renderChat, renderOptions, renderSecrets } from './pppd-config.ts'

const MODEM: DialinLine = {
  protocol: 'ppp',
  device: '/dev/ttyS0',
  speed: 115_200,
  kind: 'modem',
  init: 'ATS0=1',
  address: '192.168.77.50',
}
const PATHS = {
  hook: '/opt/bauta/ppp-hook.sh',
  session: '/run/bauta/dialin/0/session',
  chat: '/run/bauta/dialin/0/chat',
}
const render = (change: Partial<DialinWish> = {}) =>
  renderOptions({ place: 0, line: MODEM, pap: false, own: '192.168.77.1', ...change }, PATHS)

const REST = `\
name bauta
refuse-pap
refuse-chap
refuse-mschap
refuse-mschap-v2
refuse-eap
hide-password
nodetach
nopersist
maxfail 1
`
const END = `\
ms-dns 192.168.77.1
nodefaultroute
noproxyarp
noipv6
noccp
lcp-echo-interval 20
lcp-echo-failure 6
set BAUTA_SESSION=/run/bauta/dialin/0/session
ip-up-script /opt/bauta/ppp-hook.sh
ip-down-script /bin/true
`

describe('pppd’s options of a line', () => {
  it('with a modem, as a golden text', () => {
    expect(render()).toBe(`\
# Written by Bauta from its settings; changes made here are overwritten.
/dev/ttyS0
115200
crtscts
modem
connect "chat -s -S -v -f '/run/bauta/dialin/0/chat'"
auth
require-chap
${REST}unit 100
ifname dialin0
192.168.77.1:192.168.77.50
${END}`)
  })

  it('with a cable, taking PAP too, as a golden text', () => {
    const line: DialinLine = {
      ...MODEM,
      device: '/dev/ttyUSB1',
      speed: 38_400,
      kind: 'direct',
      address: '192.168.77.51',
    }
    expect(render({ place: 3, line, pap: true })).toBe(`\
# Written by Bauta from its settings; changes made here are overwritten.
/dev/ttyUSB1
38400
crtscts
local
silent
auth
require-chap
require-pap
${REST}unit 103
ifname dialin3
192.168.77.1:192.168.77.51
${END}`)
  })
})

it('the modem is told, and then waited for, as a golden text', () => {
  expect(renderChat({ ...MODEM, init: 'AT&F S0=2 "x"' })).toBe(String.raw`ABORT "NO CARRIER"
ABORT "ERROR"
TIMEOUT 10
"" "ATZ"
"OK" "AT&F S0=2 \042x\042"
"OK" "\c"
TIMEOUT 900
"CONNECT" "\c"
`)
  expect(renderChat({ ...MODEM, kind: 'direct' })).toBeNull()
})

it('secrets are for this server and the addresses of the lines, and stay in their words', () => {
  const accounts = [
    { name: 'anna', password: 'pass\\word "1" # x' },
    { name: 'old-machine', password: '*' },
  ]
  expect(
    renderSecrets(accounts, [MODEM, { address: '192.168.77.51' }]),
  ).toBe(String.raw`# Written by Bauta from its settings; changes made here are overwritten.
"anna" bauta "pass\\word \"1\" # x" 192.168.77.50 192.168.77.51
"old-machine" bauta "*" 192.168.77.50 192.168.77.51
`)
})

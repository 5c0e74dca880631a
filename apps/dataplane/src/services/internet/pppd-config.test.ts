import { describe, expect, test } from 'vitest'
import { type PppMethod, renderChat, renderPppd } from './pppd-config.ts'

const PATHS = {
  hook: '/opt/bauta/ppp-hook.sh',
  session: '/run/bauta/internet/session',
  chat: '/run/bauta/internet/chat',
}
const PPPOE: PppMethod = {
  kind: 'pppoe',
  user: '0012345@provider',
  password: 'secret',
  service: '',
  mtu: 'auto',
}
const SERIAL: Extract<PppMethod, { kind: 'serial' }> = {
  kind: 'serial',
  device: '/dev/ttyS0',
  speed: 115_200,
  phone: '0555-0100',
  chat: [],
  user: 'u',
  password: 'p',
}
const render = (method: PppMethod, more: Partial<Parameters<typeof renderPppd>[0]> = {}) =>
  renderPppd({ method, port: 'wan0', mtu: 1492, idleSeconds: null, ...more }, PATHS)

const COMMON = `\
hide-password
noauth
nodetach
nopersist
maxfail 1
ifname ppp0
noipdefault
ipcp-accept-local
ipcp-accept-remote
nodefaultroute
usepeerdns
noipv6
noccp
mtu 1492
mru 1492
lcp-echo-interval 20
lcp-echo-failure 6
`
const END = `\
set BAUTA_SESSION=/run/bauta/internet/session
ip-up-script /opt/bauta/ppp-hook.sh
ip-down-script /bin/true
`

describe('pppd’s options', () => {
  test('for PPPoE, as a golden text', () => {
    expect(render(PPPOE)).toBe(`\
# Written by Bauta from its settings; changes made here are overwritten.
plugin pppoe.so
nic-wan0
pppoe-padi-timeout 3
pppoe-padi-attempts 2
noaccomp
nopcomp
novj
default-asyncmap
user "0012345@provider"
password "secret"
${COMMON}${END}`)
  })

  test('for a modem on demand, as a golden text', () => {
    expect(render(SERIAL, { idleSeconds: 120 })).toBe(`\
# Written by Bauta from its settings; changes made here are overwritten.
/dev/ttyS0
115200
crtscts
modem
connect "chat -s -S -v -f '/run/bauta/internet/chat'"
user "u"
password "p"
${COMMON}idle 120
active-filter "outbound and not udp port 123"
${END}`)
  })

  test('ask for RFC 4638 with 1500 bytes, and name the service', () => {
    const text = render({ ...PPPOE, service: 'gold' }, { mtu: 1500 })
    expect(text).toContain('\nmtu 1500\nmru 1500\n')
    expect(text).toContain('\npppoe-service "gold"\n')
  })

  test.each(['a"b', 'a\\', '\\" noauth "', '# x', "it's", '  ', '$(reboot)`', 'ä€'])(
    'hold the password %j in one word',
    (password) => {
      const [line] = render({ ...PPPOE, password })
        .split('\n')
        .filter((text) => text.startsWith('password'))
      expect(pppdWords(line!)).toEqual(['password', password])
    },
  )
})

/** Reads a line as pppd's getword() does. */
function pppdWords(line: string): string[] {
  const words: string[] = []
  for (let at = 0; at < line.length; ) {
    if (/\s/.test(line[at]!)) {
      at++
      continue
    }
    if (line[at] === '#') break
    let word = ''
    let quote = ''
    for (; at < line.length && (quote || !/\s/.test(line[at]!)); at++) {
      if (line[at] === '\\') word += line[++at] ?? '(line end)'
      else if (quote === line[at]) quote = ''
      else if (!quote && /["']/.test(line[at]!)) quote = line[at]!
      else word += line[at]
    }
    words.push(quote ? `${word}(open)` : word)
  }
  return words
}

describe('the chat script', () => {
  test('as a golden text', () => {
    const chat = [
      { expect: '', send: 'AT&F' },
      { expect: 'OK', send: 'AT+CGDCONT=1,"IP","internet"' },
    ]
    expect(renderChat({ ...SERIAL, chat })).toBe(String.raw`ABORT "BUSY"
ABORT "NO CARRIER"
ABORT "NO DIALTONE"
ABORT "NO ANSWER"
ABORT "ERROR"
TIMEOUT 10
"" "AT&F"
"OK" "AT+CGDCONT=1,\042IP\042,\042internet\042"
"OK" "ATDT0555\0550100"
TIMEOUT 90
"CONNECT" "\c"
`)
  })

  test('begins with a reset where nothing is said before', () => {
    expect(renderChat(SERIAL)).toContain('\n"" "ATZ"\n"OK" "ATDT')
  })

  test('is not there for a line that is not dialled', () => {
    const plain = { ...SERIAL, phone: '' }
    expect(renderChat(plain)).toBe(null)
    expect(render(plain)).toContain('\nlocal\n')
    expect(render(plain)).not.toContain('connect')
  })

  test.each([
    '"',
    "'",
    '\\',
    '\\c',
    '@/etc/shadow',
    'a-b-c',
    '^C',
    '\\q',
    '$(reboot)',
    '`id`',
    'ABORT',
    'TIMEOUT',
    'HANGUP',
    'EOT',
    'BREAK',
  ])('gives %j no meaning of its own', (text) => {
    const lines = renderChat({ ...SERIAL, chat: [{ expect: text, send: text }] })!.split('\n')
    const word = String.raw`"(?:[A-Za-z0-9+=,.:;*# &%/]|\\\d{3})*"`
    expect(lines[6]).toMatch(new RegExp(`^${word} ${word}$`))
    expect(lines[6]).not.toMatch(/"(ABORT|TIMEOUT|HANGUP|EOT|BREAK)"/)
    const octal = /\\(\d{3})/g
    const [, back] = lines[6]!.split('" "')
    expect(
      back!.slice(0, -1).replace(octal, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8))),
    ).toBe(text)
  })
})

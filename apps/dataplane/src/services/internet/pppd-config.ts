/**
 * pppd's options and the modem's chat script, as text, from the settings.
 *
 * Understood by 2.4.9 and 2.5.2. The password stands in the file (mode 0600) and never on a command line. Free text is quoted so
 * that it cannot leave its word: pppd's own quoting in the options, octal numbers in the chat script.
 */
import type { InternetConnection } from '@bauta/config'
import { PPP_DEVICE } from '@bauta/config'

export type PppMethod = Extract<InternetConnection['method'], { kind: 'pppoe' | 'serial' }>

export interface PppWish {
  method: PppMethod
  /** Port of a PPPoE session. */
  port: string
  /** Bytes of a packet; 1500 over PPPoE asks for RFC 4638 and falls back by itself. */
  mtu: number
  /** Hung up after so many seconds without a packet sent; null: never. */
  idleSeconds: number | null
}

export interface PppPaths {
  hook: string
  /** Where the hook puts what the provider gave. */
  session: string
  chat: string
}

/** TR-124 G-6: a session is kept for two minutes of silence. */
const ECHO_SECONDS = 20
const ECHO_FAILURES = 6
/** What the household wants, not what strangers send in, and not the box's own clock. */
const COUNTS_AS_USE = 'outbound and not udp port 123'

export function renderPppd({ method, port, mtu, idleSeconds }: PppWish, paths: PppPaths): string {
  return [
    '# Written by Bauta from its settings; changes made here are overwritten.',
    ...(method.kind === 'pppoe' ? pppoe(method, port) : serial(method, paths)),
    `user ${quoted(method.user)}`,
    `password ${quoted(method.password)}`,
    'hide-password',
    'noauth',
    'nodetach',
    // Redialling is decided outside, where the reason of the failure is known.
    'nopersist',
    'maxfail 1',
    `ifname ${PPP_DEVICE}`,
    'noipdefault',
    'ipcp-accept-local',
    'ipcp-accept-remote',
    'nodefaultroute',
    'usepeerdns',
    'noipv6',
    'noccp',
    `mtu ${mtu}`,
    `mru ${mtu}`,
    `lcp-echo-interval ${ECHO_SECONDS}`,
    `lcp-echo-failure ${ECHO_FAILURES}`,
    ...(idleSeconds === null ? [] : [`idle ${idleSeconds}`, `active-filter ${quoted(COUNTS_AS_USE)}`]),
    `set BAUTA_SESSION=${paths.session}`,
    `ip-up-script ${paths.hook}`,
    // Debian's own would change the system's resolv.conf.
    'ip-down-script /bin/true',
    '',
  ].join('\n')
}

function pppoe({ service }: Extract<PppMethod, { kind: 'pppoe' }>, port: string): string[] {
  return [
    'plugin pppoe.so',
    `nic-${port}`,
    // Nine seconds of asking; then it is said that nobody answers, and asked again.
    'pppoe-padi-timeout 3',
    'pppoe-padi-attempts 2',
    ...(service === '' ? [] : [`pppoe-service ${quoted(service)}`]),
    'noaccomp',
    'nopcomp',
    'novj',
    'default-asyncmap',
  ]
}

function serial(method: Extract<PppMethod, { kind: 'serial' }>, { chat }: PppPaths): string[] {
  const { device, speed } = method
  return [
    device,
    String(speed),
    'crtscts',
    ...(isDialled(method) ? ['modem', `connect ${quoted(`chat -s -S -v -f '${chat}'`)}`] : ['local']),
  ]
}

/** As pppd reads a word in a file: in double quotes only \ and " are special. */
export const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`

const isDialled = ({ phone, chat }: Extract<PppMethod, { kind: 'serial' }>): boolean =>
  phone !== '' || chat.length > 0

/** How long a modem may take to answer a command, and to reach the other end. */
const ANSWER_SECONDS = 10
const CONNECT_SECONDS = 90
export const MODEM_REFUSALS = ['BUSY', 'NO CARRIER', 'NO DIALTONE', 'NO ANSWER', 'ERROR'] as const

/** @returns the chat script, or null for a line that is not dialled */
export function renderChat(method: Extract<PppMethod, { kind: 'serial' }>): string | null {
  if (!isDialled(method)) return null
  const { phone, chat } = method
  const say = (expect: string, send: string) => `${chatWord(expect)} ${chatWord(send)}`
  const told = chat.length > 0 ? chat : [{ expect: '', send: 'ATZ' }]
  return [
    ...MODEM_REFUSALS.map((refusal) => `ABORT "${refusal}"`),
    `TIMEOUT ${ANSWER_SECONDS}`,
    ...told.map(({ expect, send }) => say(expect, send)),
    ...(phone === ''
      ? []
      : [say('OK', `ATDT${phone}`), `TIMEOUT ${CONNECT_SECONDS}`, String.raw`"CONNECT" "\c"`]),
    '',
  ].join('\n')
}

/** Commands of chat itself, and words that it does not send as they are. */
const CHAT_COMMANDS = /^(ABORT|CLR_ABORT|REPORT|CLR_REPORT|TIMEOUT|ECHO|SAY|HANGUP|RECORD|EOT|BREAK)$/
const PLAIN = /[A-Za-z0-9+=,.:;*# &%/]/

/** Whatever could mean something to chat is written as a number. */
export function chatWord(text: string): string {
  const octal = (byte: number) => `\\${byte.toString(8).padStart(3, '0')}`
  const bytes = [...Buffer.from(text)]
  const word = bytes.map((byte, i) => {
    const char = String.fromCharCode(byte)
    return PLAIN.test(char) && !(i === 0 && CHAT_COMMANDS.test(text)) ? char : octal(byte)
  })
  return `"${word.join('')}"`
}

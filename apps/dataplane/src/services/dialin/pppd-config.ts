/**
 * What pppd is told where it answers, as text, from the settings: options of a line, the modem's chat script, and the callers' secrets.
 *
 * Understood by 2.4.9 and 2.5.2. The secrets stand in files of mode 0600 and never on a command line.
 */
import type { DialinAccount, DialinLine } from '@bauta/config'
import { dialinDevice } from '@bauta/config'
import { chatWord, quoted } from '../internet/pppd-config.ts'

export interface DialinWish {
  /** Place of the line in the settings. */
  place: number
  line: DialinLine
  /** PAP is taken as well as CHAP. */
  pap: boolean
  /** The box's own address in the home network: its end of the line, and the callers' DNS server. */
  own: string
}

export interface DialinPaths {
  hook: string
  /** Where the hook puts who is on. */
  session: string
  chat: string
}

/** What the box calls itself towards callers: the secrets are for this server. */
export const SERVER_NAME = 'bauta'
/** As patient as with a provider: two minutes of silence. */
const ECHO_SECONDS = 20
const ECHO_FAILURES = 6
/** ppp100 and up, until it has its own name: ppp0 is the Internet connection's, whoever comes first. */
const FIRST_UNIT = 100

export function renderOptions({ place, line, pap, own }: DialinWish, paths: DialinPaths): string {
  return [
    '# Written by Bauta from its settings; changes made here are overwritten.',
    line.device,
    String(line.speed),
    'crtscts',
    ...(line.kind === 'modem'
      ? ['modem', `connect ${quoted(`chat -s -S -v -f '${paths.chat}'`)}`]
      : // Nothing says that a cable was plugged in: whoever is there begins.
        ['local', 'silent']),
    'auth',
    'require-chap',
    ...(pap ? ['require-pap'] : []),
    `name ${SERVER_NAME}`,
    // The box proves nothing to callers: whoever asks it to would be told a caller's secret, digested.
    ...['pap', 'chap', 'mschap', 'mschap-v2', 'eap'].map((way) => `refuse-${way}`),
    'hide-password',
    'nodetach',
    'nopersist',
    'maxfail 1',
    `unit ${FIRST_UNIT + place}`,
    `ifname ${dialinDevice(place)}`,
    `${own}:${line.address}`,
    `ms-dns ${own}`,
    'nodefaultroute',
    // The kernel would answer for callers only on devices that forward past the door; proxy-arp.ts does.
    'noproxyarp',
    'noipv6',
    'noccp',
    `lcp-echo-interval ${ECHO_SECONDS}`,
    `lcp-echo-failure ${ECHO_FAILURES}`,
    `set BAUTA_SESSION=${paths.session}`,
    `ip-up-script ${paths.hook}`,
    'ip-down-script /bin/true',
    '',
  ].join('\n')
}

/** How long a modem may take to answer a command. */
const ANSWER_SECONDS = 10
/** A modem that was switched off meanwhile has forgotten that it is to answer: it is told again so often. */
const REMIND_SECONDS = 900
/** What a modem says where a call came to nothing, or a command is none. */
export const MODEM_SAYS = ['NO CARRIER', 'ERROR'] as const

/** @returns the chat script; null on a line without a modem */
export function renderChat({ kind, init }: DialinLine): string | null {
  if (kind === 'direct') return null
  return [
    ...MODEM_SAYS.map((word) => `ABORT "${word}"`),
    `TIMEOUT ${ANSWER_SECONDS}`,
    `"" "ATZ"`,
    `"OK" ${chatWord(init)}`,
    String.raw`"OK" "\c"`,
    `TIMEOUT ${REMIND_SECONDS}`,
    String.raw`"CONNECT" "\c"`,
    '',
  ].join('\n')
}

/** The same text for CHAP and PAP: client, server, secret, and the addresses that may be given. */
export function renderSecrets(
  accounts: readonly DialinAccount[],
  lines: readonly Pick<DialinLine, 'address'>[],
): string {
  const addresses = lines.map(({ address }) => address).join(' ')
  return [
    '# Written by Bauta from its settings; changes made here are overwritten.',
    ...accounts.map(({ name, password }) =>
      [quoted(name), SERVER_NAME, quoted(password), addresses].join(' '),
    ),
    '',
  ].join('\n')
}

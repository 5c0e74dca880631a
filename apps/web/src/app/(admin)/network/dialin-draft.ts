/** What can be done to a draft of dialling in, and what its lines do, in words. */
import {
  type Dialin,
  type DialinAccount,
  type DialinLine,
  type DialinProtocol,
  formatAddress,
  maskOfBits,
  parseAddress,
  SECRET_KEPT,
  type Snapshot,
} from '@bauta/config'
import type { DialinLineStatus } from '@bauta/control/schemas'
import { mergeFields, mergeList } from '../../../forms/merge.ts'
import type { Tone } from '../../../ui/index.ts'

/** The value as the schema may judge it here: a stored password is one, whatever it is. */
export const toJudge = (dialin: Dialin): Dialin => ({
  ...dialin,
  accounts: dialin.accounts.map((one) => (one.password === SECRET_KEPT ? { ...one, password: 'kept' } : one)),
})

/** Lines and people are merged entry by entry: both may have added one. */
export function mergeDialin(origin: Dialin, mine: Dialin, theirs: Dialin): Dialin {
  return {
    ...mergeFields(origin, mine, theirs),
    lines: mergeList(origin.lines, mine.lines, theirs.lines, ({ device }) => device),
    accounts: mergeList(origin.accounts, mine.accounts, theirs.accounts, ({ name }) => name),
  }
}

/** @returns the lines with one more: the next serial line, and an address that nobody has */
export function withLine(dialin: Dialin, around: Pick<Snapshot, 'lan' | 'dhcp'> | undefined): Dialin {
  const taken = dialin.lines.map(({ device }) => device)
  const numbers = Array.from({ length: taken.length + 1 }, (_, i) => i)
  const number = numbers.find((one) => !taken.includes(`/dev/ttyS${one}`))
  const line: DialinLine = {
    device: `/dev/ttyS${number}`,
    protocol: 'ppp',
    speed: 115_200,
    kind: 'modem',
    init: 'ATS0=1',
    address: around ? freeAddress(dialin, around) : '',
  }
  return { ...dialin, lines: [...dialin.lines, line] }
}

export const withAccount = (dialin: Dialin, account: DialinAccount = { name: '', password: '' }): Dialin => ({
  ...dialin,
  accounts: [...dialin.accounts, account],
})

/** The last of the home network that DHCP does not give away, and nobody has; empty where there is none, or the box does not know. */
function freeAddress({ lines }: Dialin, { lan, dhcp }: Pick<Snapshot, 'lan' | 'dhcp'>): string {
  if (lan.addressing === 'system') return ''
  const mask = maskOfBits(lan.bits)
  const network = (parseAddress(lan.address)! & mask) >>> 0
  const [from, to] = [parseAddress(dhcp.from)!, parseAddress(dhcp.to)!]
  const reserved = dhcp.reservations.map(({ address }) => address)
  const taken = new Set([lan.address, ...lines.map(({ address }) => address), ...reserved])
  for (let address = ((network | ~mask) >>> 0) - 1; address > network; address--) {
    const given = dhcp.enabled && from <= address && address <= to
    if (!given && !taken.has(formatAddress(address))) return formatAddress(address)
  }
  return ''
}

export const PROTOCOL_CHOICES: Record<DialinProtocol, string> = {
  ppp: 'PPP',
  slip: 'SLIP',
  cslip: 'CSLIP: SLIP, compressed',
  'slip-adaptive': 'SLIP or CSLIP, as the caller does',
}

/** What somebody should know who chooses SLIP. */
export function protocolHint({ protocol, kind }: DialinLine): string | undefined {
  if (protocol === 'ppp') return undefined
  return kind === 'direct'
    ? 'SLIP knows no password: whoever plugs in is in the house.'
    : 'SLIP knows no password: the box asks for name and password in text before it begins.'
}

const STATE_TAGS: Record<DialinLineStatus['state'], { tone: Tone; word: string }> = {
  setup: { tone: 'plain', word: 'is set up' },
  waiting: { tone: 'plain', word: 'waits for a call' },
  answering: { tone: 'warn', word: 'somebody calls' },
  on: { tone: 'good', word: 'somebody is on' },
  open: { tone: 'good', word: 'open' },
  failed: { tone: 'bad', word: 'cannot answer' },
}
export const stateTag = ({ state, caller }: DialinLineStatus): { tone: Tone; word: string } =>
  caller ? { tone: 'good', word: `${caller.name} is on` } : STATE_TAGS[state]

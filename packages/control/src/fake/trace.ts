import type { Snapshot } from '@bauta/config'
import type { TraceReply, TraceRequest, TraceStation, TraceWay } from '../trace.ts'

const WAN = '203.0.113.24'
const isNear = (address: string) => address.startsWith('192.168.77.')

/** A believable way for pages and tests: what comes from inside goes out, what comes from outside is denied, and so is port 25. */
export function fakeTrace(request: TraceRequest, revision: number, { rules }: Snapshot): TraceReply {
  const { from, to, protocol, port, sourcePort } = request
  const near = isNear(from)
  const own = to === WAN || to === '192.168.77.1'
  const text = `${protocol === 1 ? 'icmp' : protocol === 6 ? 'tcp' : 'udp'} ${from}:${sourcePort} > ${to}:${port}`
  const before = { text, source: from, sourcePort, destination: to, destinationPort: port }
  const reached = near && port !== 25
  const chain = near && !own ? 'forward' : 'input'
  const rule = rules.chains.find(({ name }) => name === chain)?.rules.at(-1)
  const ruleId = reached ? (rule?.id ?? 0) : 0
  const after = reached ? (own ? before : { ...before, source: WAN }) : null
  const summary = !reached
    ? `It is dropped (${chain}-denied): the policy of ${chain} says DENY.`
    : own
      ? `It reaches the box: rule ${ruleId} in input lets it in.`
      : `It leaves by wan0, as ${WAN}:${sourcePort} → ${to}:${port}.`
  const station = (kind: TraceStation['kind'], title: string, words: string): TraceStation => ({
    kind,
    title,
    text: words,
    rules: [],
    verdict: null,
    ruleId: null,
  })
  const way: TraceWay = {
    outcome: !reached ? 'dropped' : own ? 'delivered' : 'carried',
    reason: reached ? null : `${chain}-denied`,
    summary,
    ruleId,
    chain,
    forwarded: false,
    in: near ? 'lan0' : 'wan0',
    out: reached && !own ? 'wan0' : null,
    before,
    after,
    told: [],
    stations: [
      station('arrive', `in by ${near ? 'lan0' : 'wan0'}`, `${text}.`),
      station('look-up', 'connection table', 'It belongs to no connection in the table.'),
      {
        ...station('chain', chain, reached ? `MASQ: rule ${ruleId} decides.` : 'DENY: the policy decides.'),
        verdict: reached ? (own ? 'ACCEPT' : 'MASQ') : 'DENY',
        ruleId,
        rules: [
          {
            chain,
            position: 1,
            ruleId: rule?.id ?? 1,
            depth: 0,
            outcome: reached ? 'verdict' : 'no-match',
            text: `${chain} -i @lan -o @wan -j MASQ`,
            why: reached ? 'matches: MASQ' : 'it comes in by wan0, not @lan',
          },
        ],
      },
      ...(after && !own
        ? [station('translate', 'translation', `${from}:${sourcePort} becomes ${WAN}:${sourcePort}.`)]
        : []),
      station(reached ? 'leave' : 'drop', reached ? 'out by wan0' : `dropped: ${chain}-denied`, summary),
    ],
  }
  return {
    revision,
    way,
    answer: after && !own ? backOf(way, after) : null,
    connection:
      after && !own
        ? {
            opened: true,
            state: protocol === 6 ? 'SYN_SENT' : 'UDP',
            timeout: 120,
            client: from,
            clientPort: sourcePort,
            wan: WAN,
            masqPort: sourcePort,
            server: to,
            serverPort: port,
          }
        : null,
  }
}

function backOf(way: TraceWay, sent: TraceWay['before']): TraceWay {
  const turned = (packet: TraceWay['before']) => ({
    text: `answer to ${packet.text}`,
    source: packet.destination,
    sourcePort: packet.destinationPort,
    destination: packet.source,
    destinationPort: packet.sourcePort,
  })
  return {
    ...way,
    in: 'wan0',
    out: 'lan0',
    before: turned(sent),
    after: turned(way.before),
    summary: 'It leaves by lan0.',
    stations: [],
  }
}

/** What RFC 4787, 5382, 5508, 7857 and 6888 demand of a NAT, in our own words, and the tests that prove each row. */

export interface Proof {
  file: string
  /** As it stands in the source. */
  title: string
}

export interface Row {
  id: string
  requirement: string
  level: 'MUST' | 'SHOULD' | 'N'
  demand: string
  proofs: Proof[]
  /** What is missing, where something is. */
  open?: string
}

const from =
  (file: string) =>
  (title: string): Proof => ({ file, title })
const natChecker = from('e2e/net/nat-checker.test.ts')
const mappings = from('e2e/net/rfc/mappings.test.ts')
const connections = from('e2e/net/rfc/connections.test.ts')
const ports = from('e2e/net/ports.test.ts')
const fragments = from('e2e/net/fragments.test.ts')
const icmpErrors = from('e2e/net/icmp-errors.test.ts')
const forwards = from('e2e/net/forwards.test.ts')
const lanNetwork = from('e2e/net/lan-network.test.ts')
const timeouts = from('packages/masq/src/timeouts.test.ts')
const masqPorts = from('packages/masq/src/ports.test.ts')
const crowded = from('packages/masq/src/crowded.test.ts')
const masqErrors = from('packages/masq/src/icmp-errors.test.ts')
const embedded = from('packages/packet/src/parse.test.ts')

const DISCOVERED = natChecker(
  'turnutils_natdiscovery: endpoint independent mapping, address and port dependent filtering, hairpin, no ALG',
)
const MINIMA = timeouts(
  'keeps the minima of RFC 5382, 4787, 5508 and 7857 in every state with the standard preset',
)
const CROWDED = crowded(
  'at 95 % fill %s has one port for one LAN socket whatever the server, and no two share it',
)
const SHARED = ports('500 sockets of two machines, same ports: 500 different masq ports')
const OTHER_PORT = ports(
  'UDP: a second LAN machine with the same port gets one of its own, the same for every server',
)
const ALL_CODES = mappings('ICMP errors of every code neither end a UDP mapping nor refresh it')
const UNREACHABLE = icmpErrors(
  'port unreachable comes back to the client, inner packet and every checksum in order',
)
const UNREACHABLE_OUT = icmpErrors(
  'port unreachable of a LAN machine goes out with the WAN address inside and outside',
)
const TOO_BIG = icmpErrors('too big with DF: fragmentation needed, with the MTU of the WAN, from the box')
const TWO_PINGS = ports('two pings with the same id to the same server do not mix')
const FULL = connections('no port left: the machine is told by ICMP 3/13, and who has a port goes on')
const DMZ = forwards('the DMZ host is pinged from outside and from inside, and goes on reaching the Internet')
const UNTOUCHED = masqErrors('never touches state, timer or counters')
const AFTER_RST = mappings('TCP: after an RST the connection stays in the table for four minutes')

const masquerading = from('e2e/net/masquerading.test.ts')
const LOW_PORT = masqPorts('gives nobody a port below 1024, and keeps all others at or above it')
const REFRESH = masquerading(
  'what comes in keeps a UDP connection alive, and no more where that is switched off',
)
const TWO_NUMBERS = masquerading(
  'numbers what may be fragmented so that two machines never use the same number toward one server',
)
const SUPER_NUMBERS = masquerading(
  'takes as many numbers for a super-packet as it has segments, where a machine sends without DF',
)
const LIMIT = masquerading(
  'refuses a machine that has as many connections as one may have: told by ICMP 3/13, named, its neighbour goes on',
)
const NOT_LOGGED = masquerading(
  'says nothing of the servers that machines talk to, in no log, unless a rule asks for it',
)

export const ROWS: Row[] = [
  row('U-1', 'RFC 4787 REQ-1', 'MUST', 'A LAN socket is one port on the WAN address for every server', [
    ports('UDP: a free port is kept, and the mapping is the same for every server (EIM, RFC 4787 REQ-1)'),
    OTHER_PORT,
    DISCOVERED,
  ]),
  row('U-3', 'RFC 4787 REQ-3', 'MUST', 'Two LAN sockets never share a port', [SHARED, CROWDED]),
  row(
    'U-3a',
    'RFC 4787 REQ-3a',
    'SHOULD',
    'A source port below 1024 stays below, others stay at or above',
    [LOW_PORT],
    'decided otherwise: ports below 1024 are the box’s own and given to nobody; a low port becomes one of the range, and all others stay at or above 1024',
  ),
  row('U-5', 'RFC 4787 REQ-5', 'MUST', 'A UDP mapping lives for two minutes at least; by default for five', [
    MINIMA,
    {
      file: 'e2e/net/timeouts.test.ts',
      title: 'UDP set to 10 s: counts down, and the connection is gone after 10 s',
    },
  ]),
  row('U-6', 'RFC 4787 REQ-6', 'MUST', 'A packet going out refreshes the mapping', [
    connections('UDP: a packet going out refreshes the mapping, answered or not'),
  ]),
  row('U-7', 'RFC 4787 REQ-7', 'MUST', 'A WAN network that overlaps the home network is dealt with', [
    lanNetwork('moves the home network by itself while nobody has saved anything'),
    lanNetwork('only says so, with what would mend it, once somebody has saved something'),
  ]),
  row(
    'U-8',
    'RFC 4787 REQ-8',
    'SHOULD',
    'What filtering there is, is known: address and port dependent by default',
    [ports('only the server that was asked gets in (the same mapping, another server: dropped)'), DISCOVERED],
  ),
  row('U-9', 'RFC 4787 REQ-9', 'MUST', 'Hairpin for UDP; the source seen is the outside one', [
    mappings(
      'UDP: hairpin to a mapping, seen from the WAN address and port, and the answer from where was asked',
    ),
    forwards(
      'UDP: a range to other ports, from outside and from inside; the answer comes from where was asked',
    ),
    DISCOVERED,
  ]),
  row('U-11', 'RFC 4787 REQ-11', 'MUST', 'Behaviour is the same under port clashes and at 95 % fill', [
    CROWDED,
    OTHER_PORT,
  ]),
  row('U-12', 'RFC 4787 REQ-12', 'MUST', 'An ICMP error never ends a mapping', [ALL_CODES]),
  row(
    'U-13',
    'RFC 4787 REQ-13',
    'MUST',
    'Too big with DF: the sender hears of it; without: it is fragmented',
    [TOO_BIG, icmpErrors('too big without DF: cut into fragments, and put together again')],
  ),
  row('U-14', 'RFC 4787 REQ-14', 'MUST', 'Fragments are taken in any order', [
    fragments('of one datagram arrive in all 24 orders of 4'),
    fragments('doubled exactly do no harm, overlapping ones drop the datagram under a named reason'),
  ]),
  row('T-1', 'RFC 5382 REQ-1', 'MUST', 'A LAN socket is one port for every server', [
    mappings(
      'TCP: one LAN socket is one port for every server, also where another machine had its port first',
    ),
    CROWDED,
  ]),
  row('T-2', 'RFC 5382 REQ-2', 'MUST', 'Every valid way to open a connection works, simultaneous open too', [
    connections('TCP: two SYNs that cross open a connection (simultaneous open)'),
  ]),
  row('T-4', 'RFC 5382 REQ-4', 'MUST', 'An unsolicited SYN is not answered for six seconds', [
    mappings('an unsolicited SYN is answered by nothing for more than six seconds'),
    connections(
      'TCP: a SYN from outside is dropped in silence, and works when its machine calls out meanwhile',
    ),
  ]),
  row(
    'T-5',
    'RFC 5382 REQ-5',
    'MUST',
    'Established: 2 h 4 min at least; opening and closing: 4 min at least',
    [MINIMA],
  ),
  row('T-7', 'RFC 5382 REQ-7', 'MUST', 'Two LAN sockets never share a port', [
    ports('TCP: two LAN machines, same port, same server: two masq ports'),
    CROWDED,
  ]),
  row('T-8', 'RFC 5382 REQ-8', 'MUST', 'Hairpin for TCP; the source seen is the outside one', [
    forwards('from inside by the WAN address the server sees the WAN address, also when it asks itself'),
  ]),
  row('T-9', 'RFC 5382 REQ-9', 'SHOULD', 'ICMP errors about TCP are translated', [
    masqErrors('$type/$code about $name reaches the client as it knows its packet'),
  ]),
  row('T-10', 'RFC 5382 REQ-10', 'MUST', 'An ICMP error never ends a connection', [
    mappings('an ICMP error does not end a TCP connection'),
    UNTOUCHED,
  ]),
  row(
    'I-1',
    'RFC 5508 REQ-1',
    'MUST',
    'Pings and their answers pass; identifiers of two machines do not mix',
    [TWO_PINGS],
  ),
  row('I-2', 'RFC 5508 REQ-2', 'MUST', 'A query lives for 60 s at least', [MINIMA]),
  row(
    'I-3',
    'RFC 5508 REQ-3',
    'SHOULD',
    'Of the packet an error quotes, the IP checksum counts and the inner one does not',
    [
      embedded(
        'a bad header checksum counts, a bad transport checksum and a dead TTL do not (RFC 5508 REQ-3)',
      ),
    ],
  ),
  row(
    'I-4',
    'RFC 5508 REQ-4',
    'MUST',
    'An error from outside is translated with what it quotes; about nothing of ours: dropped',
    [UNREACHABLE, masqErrors('about no connection of ours belongs to nothing')],
  ),
  row(
    'I-5',
    'RFC 5508 REQ-5',
    'MUST',
    'An error from inside goes out under the WAN address, outside and quoted',
    [UNREACHABLE_OUT],
  ),
  row('I-6', 'RFC 5508 REQ-6', 'MUST', 'An error neither refreshes nor ends a query', [UNTOUCHED]),
  row('I-7', 'RFC 5508 REQ-7', 'MUST', 'ICMP errors are hairpinned', [
    mappings(
      'ICMP: port unreachable of a hairpinned packet reaches the machine that sent it, from the WAN address',
    ),
  ]),
  row('I-8', 'RFC 5508 REQ-8', 'SHOULD', 'Who can get no mapping is told by ICMP 3/13', [FULL]),
  row('I-10', 'RFC 5508 REQ-10', 'MUST', 'Errors that a router owes: too big, time exceeded, unreachable', [
    TOO_BIG,
    { file: 'e2e/net/household.test.ts', title: 'is exactly one hop in a traceroute by %s' },
  ]),
  row('N-1', 'RFC 7857 §2', 'N', 'Opening and closing: 4 min each; an RST leaves the connection for 4 min', [
    AFTER_RST,
    MINIMA,
  ]),
  row('N-2', 'RFC 7857 §3', 'N', 'One port for several LAN sockets only when asked for, never by default', [
    SHARED,
  ]),
  row('N-3', 'RFC 7857 §5, §6', 'N', 'A mapping of one protocol lets no other in', [
    mappings('a mapping of UDP lets no TCP in, not even from the server that was asked'),
  ]),
  row('N-4', 'RFC 7857 §7', 'N', 'ICMP errors and RST do not refresh; refresh by what comes in can be set', [
    ALL_CODES,
    REFRESH,
  ]),
  row(
    'N-5',
    'RFC 7857 §8',
    'N',
    'Port parity may be given up',
    [],
    'nothing to prove: parity is not kept where a port is chosen',
  ),
  row('N-6', 'RFC 7857 §9', 'N', 'A port that is chosen cannot be foretold', [SHARED]),
  row('N-7', 'RFC 7857 §10', 'N', 'The IP identification is unique per flow', [TWO_NUMBERS, SUPER_NUMBERS]),
  row('N-8', 'RFC 7857 §12', 'N', 'Pings are hairpinned', [DMZ]),
  row('N-9', 'RFC 6888 REQ-4', 'N', 'Ports and connections per LAN machine are limited', [LIMIT]),
  row('N-10', 'RFC 6888 REQ-8', 'N', 'A port that was let go rests for 120 s', [
    masqPorts('keeps a released port from others for 120 s'),
    masqPorts('does not keep it from its last owner'),
  ]),
  row('N-11', 'RFC 6888 REQ-11', 'N', 'When full, the new one is refused and no old one ends', [FULL]),
  row('N-12', 'RFC 6888 REQ-12', 'N', 'Servers are not logged unless asked for', [NOT_LOGGED]),
  row('N-13', 'CVE-2021-3773', 'N', 'No LAN socket is given a port of the box', [
    masqPorts('are given to nobody but the box itself, and do not count as free'),
    { file: 'packages/masq/src/masquerader.test.ts', title: 'keep LAN sockets off their ports' },
  ]),
]

function row(
  id: string,
  requirement: string,
  level: Row['level'],
  demand: string,
  proofs: Proof[],
  open?: string,
): Row {
  return { id, requirement, level, demand, proofs, ...(open && { open }) }
}

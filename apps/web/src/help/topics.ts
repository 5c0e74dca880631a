/**
 * What somebody should know about masquerading, told once: the pages show these under “Good to know”, and docs/masquerading.md is printed
 * from them (`node apps/web/src/help/masquerading-doc.ts`; a test compares).
 */
export interface Topic {
  id: string
  title: string
  /** Paragraphs. Plain words; `code` between backticks. */
  text: readonly string[]
  /** Pages that show it. */
  pages: readonly ('network' | 'helpers' | 'rules' | 'timeouts' | 'internet' | 'system' | 'why')[]
}

export const TOPICS: readonly Topic[] = [
  {
    id: 'one-address',
    title: 'Many machines, one address',
    pages: ['network'],
    text: [
      'The machines at home have addresses that are nobody’s in particular: 10.x.x.x, 172.16.x.x to 172.31.x.x, and 192.168.x.x are set aside for private networks (RFC 1918), and no router of the Internet carries them. The provider gives the box one address that is real.',
      'When a machine at home sends something out, the box puts its own address in place of the machine’s, and a port number that it remembers. When the answer comes to that port, the box knows whose it is and puts the machine’s address back. To the outside the whole household is one machine, the box.',
    ],
  },
  {
    id: 'unreachable',
    title: 'What protects the machines at home, and what does not',
    pages: ['network', 'rules'],
    text: [
      'Nobody outside can begin a conversation with a machine at home: its address leads nowhere, and the box has no entry that says who would be meant. That is a side effect of masquerading, not a wall. It protects nobody from what he fetches himself: a bad download, a web page, a mail. It protects no machine from another one at home.',
      'The wall is the rules: `forward` denies what no rule allows, `input` protects the box, and packets that claim to come from home but arrive from outside are dropped whatever the rules say.',
    ],
  },
  {
    id: 'any-system',
    title: 'Which machines can use it',
    pages: ['network'],
    text: [
      'Anything that speaks TCP/IP: telephones, televisions, consoles, every Windows, macOS, Linux, BSD, and computers older than the web. They need no program and no setting of their own; DHCP tells them what they need.',
    ],
  },
  {
    id: 'gateway',
    title: 'What a machine must be told',
    pages: ['network'],
    text: [
      'Three things: an address in the home network, the box as its default gateway (the router to send everything to that is not at home), and a DNS server, which is the box too. DHCP says all three. A machine that is set by hand needs them typed in.',
      'The old alternative, proxy ARP, where a router answers for every address that it can reach so that machines believe the Internet to be on their own wire, is not done here: the box answers for its own addresses, and for callers who have dialled in.',
    ],
  },
  {
    id: 'two-cards',
    title: 'One network card for both sides is a bad idea',
    pages: ['network'],
    text: [
      'It can be made to work, with two addresses on one card (aliasing), and the page warns of it. The provider’s line and the household are then one wire: who is outside may talk to machines inside without ever meeting the box, and every packet crosses the same cable twice. Two cards, or VLANs on a switch that really separates them.',
    ],
  },
  {
    id: 'speed',
    title: 'How fast, and on what',
    pages: ['timeouts', 'system'],
    text: [
      'What the box needs grows with the packets a second and the connections open at once, hardly with the megabytes. Finding a connection takes the same time among ten as among a hundred thousand; each one takes 128 bytes of memory. Long timeouts keep dead connections in the table and their ports taken.',
      'A weak processor does: it is many small packets that tire it, games and calls and file sharing rather than films. docs/performance.md has figures, and how they were measured; the page System shows how busy the packet thread is.',
    ],
  },
  {
    id: 'well-mannered',
    title: 'What works by itself, and what needs help',
    pages: ['helpers', 'rules', 'why'],
    text: [
      'A well-mannered protocol opens one connection from inside and says everything through it: the web, mail, SSH, telnet, news, DNS. These need nothing.',
      'Others write an address or a port into what they say, for the other side to call back. FTP is the classic one. Active FTP has the server open the data connection to the client; it fails unless a helper reads along, opens the way and corrects the address. Passive FTP has the client open it too; a client at home manages without help, a server at home does not. Games, telephony and old video programs have the same trouble. The page Helpers says which there are; each is off but FTP’s. Where no helper reads along, forward their ports, or choose the passive mode.',
      'A helper believes what it reads. A web page can make a browser send words of its choosing to a server of its choosing, and so try to have a helper open a port (NAT slipstreaming). So a helper reads only on ports that are set for it, opens only ports from 1024 up and only to the machine that speaks, and nothing where the words are not exactly its protocol’s. The fewer are on, the less there is to try.',
    ],
  },
  {
    id: 'nat-masq-proxy',
    title: 'NAT, masquerading, proxy: three things',
    pages: ['rules'],
    text: [
      'A packet filter looks at headers and says yes or no; it changes nothing. NAT changes addresses: SNAT who a packet is from, DNAT whom it is for. Masquerading is SNAT that finds out the address by itself, whichever the box has at that moment, and forgets its connections when the address goes. A proxy is no router at all: the client speaks to the proxy, and the proxy opens a connection of its own; it understands what is said and must be told about by every program.',
      'All but the first keep a table, because an answer can only be brought home by who remembers the question. A filter without such a memory sees each packet alone: “answers only” is then a guess by flags. Bauta’s rules can ask the table whether a packet belongs to a known connection.',
    ],
  },
  {
    id: 'implicit',
    title: 'Every translation has its way back',
    pages: ['rules', 'why'],
    text: [
      'A rule is needed for one direction only. Every SNAT has a DNAT for the answers built in, and every DNAT an SNAT: the connection in the table knows both ends. Nobody writes the second half, and a rule that tried would not be asked: translation is decided by the first packet of a connection.',
    ],
  },
  {
    id: 'two-dialects',
    title: 'ipchains and iptables: what differs',
    pages: ['rules'],
    text: [
      'Both are by the same hand, Rusty Russell’s, one after the other: ipchains for Linux 2.2, iptables for 2.4. The names look alike and mean different things. With ipchains a packet that passes through meets `input`, then `forward`, then `output`. With iptables it meets FORWARD and nothing else; INPUT and OUTPUT are for the box’s own packets. A rule that protects the household in one leaves it open in the other.',
      'MASQ is a target of `forward` in the one, MASQUERADE of the table nat’s POSTROUTING in the other; DENY is called DROP; chains are written small, and large. The rules of a box are in one dialect at a time. They cannot be mixed: an order in which half of the packets meet three chains and half meet one would be nobody’s. A command of the other dialect is refused with a sentence that says so, as the kernel modules of Linux excluded each other.',
    ],
  },
  {
    id: 'masquerade-everything',
    title: 'MASQUERADE on every interface',
    pages: ['rules'],
    text: [
      'A masquerading rule that names neither an interface nor an address applies to everybody: also to strangers who reach the box from outside and would then travel on in its name, and to traffic between your own networks, where every machine then looks like the router. Name the way out (`@wan`, `-o ppp0`), or the network of the household. The page of the rules warns of such a rule.',
    ],
  },
  {
    id: 'link-events',
    title: 'When the line goes down and comes up',
    pages: ['internet', 'rules', 'timeouts'],
    text: [
      'Rules that name `@wan` or `ppp+` hold for whatever address and device the line has; nothing needs to be read again, and there is no script to hook in. With a new address the old masqueraded connections end at once: their packets would carry an address that is not ours any more. On the page Timeouts one can choose otherwise: that they end as soon as the line is down, or that they stay until they time out and unanswered ones follow the new address, as with ip_dynaddr of 2.2. Nothing leaves under an old address in any case.',
      'On Debian’s ipmasq one could choose whether pppd’s scripts read the rules again; the page Timeouts has that choice for both, the line that comes up and the one that goes down. Then counters of rules and policies begin at zero, limits are open again, and every live connection is judged anew; it is off unless you choose it, and nothing but the counts of one session needs it.',
      'Machines that want a DNS address that never changes can have one of your choosing (“DNS faking”): the page DNS has up to three constant addresses, each of which leads to the provider’s first, second or third server of the moment, and in the netfilter dialect a DNAT rule may name `@dns1`, `@dns2` or `@dns3` as its destination. Scripts of old rewrote DNAT rules in ip-up for that. Where the line has fewer servers the question is refused at once (`no-dns-server`), so that the machine asks its next one. To have the box’s own DNS asked instead, with its names and lists: a rule in `input` that redirects port 53 (REDIRECT).',
    ],
  },
  {
    id: 'shaping',
    title: 'Why a full line is slow, and what shaping does',
    pages: ['internet'],
    text: [
      'A line that is full makes packets wait at its narrowest place: upwards in the modem, downwards at the provider. Both have room for a second and more of them (“bufferbloat”), and a call or a game stands behind somebody’s upload in that queue. Traffic shaping sends a little less than the line could carry. The queue is then in the box, where it is short, where every machine has its own place in it, and where a sender that is too fast is told by a lost or marked packet at once.',
      'So the box must know how fast the line is. Measure it with shaping off, and write 90 to 95 % of that; on a line whose speed varies (cable in the evening, LTE) what it has at bad hours. Downloads need the larger margin: what is on its way to the house can only be slowed down by its sender.',
      'A full line is shared by machine in both directions, or by connection. Marks of importance in the packets (TOS, DSCP) change nothing in it: anybody could set them. What the box itself sends to the household, this page or a name that it looked up, is not held.',
    ],
  },
  {
    id: 'dialin',
    title: 'Dialling in',
    pages: ['network'],
    text: [
      'The box answers calls where somebody set up a line for it: a modem at a serial port, or a null-modem cable to an old machine. Who calls proves who he is by CHAP and speaks PPP, or logs in by text and speaks SLIP, and is a machine of the household then: with an address of the home network, behind the same masquerading. Rules that name `@lan` mean him too, rules that name `dialin0` only him.',
      'Between callers and the other machines stands `forward`, which denies what goes from LAN to LAN until a rule allows it. SLIP knows no password: at a modem the box asks for one before it begins, in text that crosses the line as it is, but whoever plugs into a cable that is set to SLIP is in the house.',
    ],
  },
  {
    id: 'not-here',
    title: 'What Bauta does not do',
    pages: ['internet', 'system'],
    text: [
      'Policy routing: another way out by who sends. One connection to the Internet is in use at a time. Nor is the line shared by rule, so much for this and so much for that: where it is shaped, everybody gets the same.',
      'IPv6 is neither forwarded nor let in, until Bauta filters it. DECnet, IPX and AppleTalk, which routers of the nineties carried too, pass no interface of the box.',
    ],
  },
  {
    id: 'kernels',
    title: 'Old kernels, and the fast road past the filter',
    pages: ['system'],
    text: [
      'Linux 2.2 before 2.2.11 could be crossed with fragments that hid their header from the filter, and before 2.2.16 a program of the box itself could gain rights it should not have. Who still runs one should not have it face the Internet. Bauta’s packet path is no part of a kernel: fragments are put together before any rule sees them, and overlapping ones are dropped (RFC 5722). The Linux below it is the distribution’s; keep it up to date.',
      'Kernels had a “fast route”, where a network card hands packets to another one without anybody looking. Filtering and masquerading are impossible there. Here the packet thread decides first: what the kernel then carries is one connection whose every further packet would fare the same, translated as it was decided, and counted. Everything else still passes the packet thread. Each connection says who carries it; the page Timeouts has the switch.',
    ],
  },
]

export const topicsOf = (page: Topic['pages'][number]): Topic[] =>
  TOPICS.filter(({ pages }) => pages.includes(page))

/** @returns docs/masquerading.md */
export function masqueradingDoc(): string {
  const parts = ['# Masquerading, for somebody who is new to it', '']
  parts.push(
    'The same texts stand under “Good to know” on the pages that they are about. This file is printed from',
    '`apps/web/src/help/topics.ts`; a test fails when it is out of date.',
  )
  for (const { title, text } of TOPICS)
    parts.push('', `## ${title}`, ...text.flatMap((paragraph) => ['', paragraph]))
  parts.push('', ...WALK)
  return `${parts.join('\n')}\n`
}

const WALK = [
  '## One packet, hop by hop',
  '',
  'A machine at home, A (192.168.1.2), fetches a page from a server, B (93.184.216.34). RA is the box’s side towards A (192.168.1.1), RB its side',
  'towards B (203.0.113.7).',
  '',
  '| where | from | to | what the box does |',
  '|---|---|---|---|',
  '| A → RA | 192.168.1.2:1024 | 93.184.216.34:80 | `input`, then `forward`: MASQ. Port 1024 is free outside, and kept |',
  '| RB → B | **203.0.113.7:1024** | 93.184.216.34:80 | `output` sees it like this. B sees a packet of the box |',
  '| B → RB | 93.184.216.34:80 | 203.0.113.7:1024 | `input` sees it still addressed to the box; the table knows whose it is |',
  '| RA → A | 93.184.216.34:80 | **192.168.1.2:1024** | `forward` is skipped; `output` sees the client. A sees a packet of B |',
  '',
  'The page “Why?” shows this for any packet, with the rules in force.',
]

/** What `ipchains -h`, `-h icmp` and `-V` print. */
import { IPCHAINS_ICMP } from './icmp-types.ts'

export const IPCHAINS_VERSION = 'ipchains 1.3.9, as Bauta has it'

export const IPCHAINS_HELP = `${IPCHAINS_VERSION}

  ipchains -A CHAIN RULE             append a rule           --append
  ipchains -I CHAIN [NUMBER] RULE    insert one              --insert
  ipchains -R CHAIN NUMBER RULE      replace one             --replace
  ipchains -D CHAIN NUMBER           delete one by its place --delete
  ipchains -D CHAIN RULE             or by what it says
  ipchains -C CHAIN PACKET           test a packet           --check
  ipchains -L [CHAIN]                list                    --list
  ipchains -F [CHAIN]                delete every rule       --flush
  ipchains -Z [CHAIN]                counters to zero        --zero
  ipchains -N CHAIN                  new chain               --new-chain
  ipchains -X [CHAIN]                delete a chain          --delete-chain
  ipchains -P CHAIN TARGET           policy                  --policy
  ipchains -M -L                     masqueraded connections --masquerading
  ipchains -M -S TCP TCPFIN UDP      timeouts in seconds, 0 keeps one

RULE is made of
  -p [!] PROTOCOL                    tcp, udp, icmp, all, a name or a number
  -s [!] ADDRESS[/MASK] [!] [PORT[:PORT]]    --source, --source-port
  -d [!] ADDRESS[/MASK] [!] [PORT[:PORT]]    --destination, --destination-port
  --icmp-type NAME                   ipchains -h icmp lists them
  -i [!] INTERFACE[+]                the way in for input, the way out for the other chains
  [!] -y                             TCP packets that open a connection
  [!] -f                             second and further fragments
  -j TARGET [PORT]                   ACCEPT, DENY, REJECT, MASQ, REDIRECT [PORT], RETURN, a chain
  -m [+-]MARK  -t AND XOR  -l        set the mark, change the TOS, log
  -b                                 both directions: two rules
and listings of -n, -v, -x, --line-numbers.

A change is a revision like one made on the page: it is in the list of changes, and can be undone there.
`

/** Types with their codes below them, further names in brackets. */
export const ICMP_HELP = `${IPCHAINS_VERSION}\n\nValid ICMP Types:${IPCHAINS_ICMP.map((entry, i) => {
  const before = IPCHAINS_ICMP[i - 1]
  if (before?.type !== entry.type) return `\n${entry.name}`
  return before.code === entry.code ? ` (${entry.name})` : `\n   ${entry.name}`
}).join('')}\n`

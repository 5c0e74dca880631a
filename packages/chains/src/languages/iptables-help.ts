/** What `iptables -h` prints. */
export const IPTABLES_HELP = `iptables v1.8.9 (legacy), as Bauta has it

  iptables [-t TABLE] -A CHAIN RULE            append a rule; -C asks whether there is one like it
  iptables [-t TABLE] -I CHAIN [NUMBER] RULE   insert one
  iptables [-t TABLE] -R CHAIN NUMBER RULE     replace one
  iptables [-t TABLE] -D CHAIN NUMBER|RULE     delete one
  iptables [-t TABLE] -L [CHAIN] [-n -v -x --line-numbers]
  iptables [-t TABLE] -S [CHAIN]               list as commands
  iptables [-t TABLE] -F|-Z|-X [CHAIN]         flush, counters to zero, delete user chains
  iptables [-t TABLE] -N CHAIN, -E OLD NEW     new chain, rename one
  iptables [-t TABLE] -P CHAIN ACCEPT|DROP     policy

Tables  filter (INPUT FORWARD OUTPUT), nat (PREROUTING POSTROUTING OUTPUT), mangle (all five)
RULE    [!] -p -s -d -i -o -f, -j TARGET
        tcp, udp: --sport --dport; tcp: --syn --tcp-flags; icmp: --icmp-type
        -m multiport, state, conntrack, tos, mark, mac, limit, length, comment
TARGET  ACCEPT DROP REJECT RETURN QUEUE LOG, a chain
        nat: MASQUERADE SNAT DNAT REDIRECT NETMAP; mangle: MARK TOS DSCP TTL TCPMSS

A change is a revision like one made on the page: it is in the list of changes, and can be undone there.
`

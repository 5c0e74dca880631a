/** What `ipfwadm -h` prints. */
export const IPFWADM_HELP = `ipfwadm 2.3.0, as Bauta has it

  ipfwadm -A [in|out|both] COMMAND [OPTIONS]   accounting
  ipfwadm -F COMMAND [OPTIONS]                 forwarding
  ipfwadm -I COMMAND [OPTIONS]                 what comes in
  ipfwadm -O COMMAND [OPTIONS]                 what goes out
  ipfwadm -M -l [-e] [-n]                      masqueraded connections
  ipfwadm -M -s TCP TCPFIN UDP                 timeouts in seconds, 0 keeps one

Commands
  -a POLICY, -i POLICY, -d POLICY    append, insert, delete a rule; accounting has no policy
  -l, -z, -f                         list, counters to zero, delete every rule
  -p POLICY                          what happens to the rest: accept, deny, reject
  -c                                 test a packet
Options
  -P PROTOCOL                        tcp, udp, icmp, all
  -S ADDRESS[/MASK] [PORT ...]       -D likewise; a port may be a range a:b
  -W INTERFACE                       by name
  -b                                 both directions
  -k, -y                             TCP packets with ACK; those that open a connection
  -m                                 masquerade;  -r [PORT] redirect to the box
  -o, -t AND XOR                     log; change the TOS
  -e, -n, -x, -v                     of listings: extended, numeric, exact; of rules: tell them

The rules live in the chains of ipchains: forward, input, output, and acctin, acctout, acctboth.
`

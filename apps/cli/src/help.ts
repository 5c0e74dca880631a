/** What `-h` prints. */

export const HELP = `bauta: look into the router from a shell on the box

  bauta status [--json]              is it online, and how is it doing
  bauta connections [WORDS]          connections; the words filter, as in proto:udp client:192.168.1.2
        [--limit N] [--json]         or port:443, or any text (100 rows unless told)
  bauta counters [--all] [--json]    packets and bytes per rule and policy, and every reason for drops
  bauta internet [--json]            the Internet connections, and what happened to them
  bauta dial NAME, bauta hangup NAME press their buttons
        [--host BOX --as PERSON]     … from another machine, as a member of the household who may; the password
                                     stands in BAUTA_DIAL_PASSWORD
  bauta ipchains …, ipfwadm …        the rules, in the words of Linux 2.2 and 2.0; -h tells them
  bauta iptables …                   … and of netfilter; iptables-save, iptables-restore [FILE] too
  bauta ipmasqadm portfw | autofw | mfw …  forwards, triggers, forwards by mark, in the words of Linux 2.2
  bauta helpers [--json]             protocol helpers: which are on, where, and how many connections use them
  bauta modprobe ip_masq_ftp …       switches one on, with ports=21,2121 if wanted; rmmod ip_masq_ftp: off
  bauta ipchains -M -L [-n] [-v]     masqueraded connections, as ipchains listed them
  bauta import FILE [--yes]          a script of such commands: what each line becomes, and with --yes it is done
        [--set NAME=VALUE] [--interface THEIRS=OURS]
  bauta export ipchains | ipfwadm | iptables   the rules as a script
  bauta proc FILE                    a file of Linux 2.2, as in: bauta proc net/ip_masquerade
  bauta log [WORDS]                  what the box says of itself, the newest last; the words filter
        [--source NAME] [--warnings | --errors] [--limit N]
  bauta reboot                       starts the machine again, where it is Bauta's alone
  bauta factory-reset --yes          forgets every setting and every administrator, and starts again
  bauta help                         this text

  --socket FILE                      the dataplane's socket; else BAUTA_SOCKET, else /run/bauta/dataplane.sock
  BAUTA_COMMANDS                     the web process's socket, for changes; else /run/bauta-web/commands.sock

Exit codes: 0 done, 1 the dataplane did not answer or said no, 2 the command line is wrong.
`

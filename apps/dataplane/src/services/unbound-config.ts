/**
 * unbound's file, as text, from the settings: a forwarder on the loopback that asks the servers of `tlsServers` over TLS (RFC 7858) and
 * believes only those whose certificate bears the name of the settings (RFC 8310, strict privacy): no server, no answer.
 *
 * dnsmasq stands before it and keeps the answers, so it keeps few itself. Every value comes from a checked schema.
 */
import type { Dns } from '@bauta/config'
import { UNBOUND_PORT } from './dnsmasq-config.ts'

const TLS_PORT = 853

/** @param authorities file with the certificates of those who may vouch for a server */
export function renderUnbound(dns: Dns, pidFile: string, authorities: string): string {
  return `# Written by Bauta from its settings; changes made here are overwritten.
server:
  interface: 127.0.0.1@${UNBOUND_PORT}
  access-control: 127.0.0.0/8 allow
  do-ip6: no
  username: "nobody"
  chroot: ""
  directory: "/"
  pidfile: "${pidFile}"
  use-syslog: no
  logfile: ""
  verbosity: 1
  num-threads: 1
  module-config: "iterator"
  hide-identity: yes
  hide-version: yes
  msg-cache-size: 1m
  rrset-cache-size: 2m
  key-cache-size: 64k
  neg-cache-size: 64k
  outgoing-range: 1024
  num-queries-per-thread: 1024
  outgoing-num-tcp: 32
  incoming-num-tcp: 32
  edns-buffer-size: 1232
  # A server that failed is tried again soon: there are few, and no other way.
  infra-host-ttl: 30
  tls-cert-bundle: "${authorities}"
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-tls-upstream: yes
${dns.tlsServers.map(({ address, name }) => `  forward-addr: ${address}@${TLS_PORT}#${name}`).join('\n')}
`
}

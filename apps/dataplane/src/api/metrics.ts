/** The Prometheus text format, from what the API reports anyway. */
import type { Counters as CountersReport, Status } from '@bauta/control/schemas'

type Sample = [labels: Record<string, string>, value: number]

/** @param status and counters of the same moment @param helperRefusals what helpers asked for in vain */
export function metricsText(status: Status, counters: CountersReport, helperRefusals: number): string {
  const { connections, freePorts, interfaces, dns } = status
  const one = (value: number): Sample[] => [[{}, value]]
  const protocols: Sample[] = [
    [{ protocol: 'tcp' }, connections.tcp],
    [{ protocol: 'udp' }, connections.udp],
    [{ protocol: 'icmp' }, connections.icmp],
  ]
  const free: Sample[] = [
    [{ protocol: 'tcp' }, freePorts.tcp],
    [{ protocol: 'udp' }, freePorts.udp],
    [{ protocol: 'icmp' }, freePorts.icmp],
  ]
  return [
    metric(
      'bauta_up_seconds',
      'gauge',
      'Since the dataplane started.',
      one((status.now - status.startedAt) / 1000),
    ),
    metric('bauta_online', 'gauge', '1 while the WAN is usable.', one(status.online ? 1 : 0)),
    metric('bauta_revision', 'gauge', 'Revision of the settings in force.', one(status.revision)),
    metric('bauta_connections', 'gauge', 'Live connections.', protocols),
    metric('bauta_connections_capacity', 'gauge', 'Connections that fit.', one(connections.capacity)),
    metric('bauta_connections_opened_total', 'counter', 'Connections opened.', one(connections.opened)),
    metric(
      'bauta_connections_expired_total',
      'counter',
      'Connections ended by timeout.',
      one(connections.expired),
    ),
    metric('bauta_free_ports', 'gauge', 'Masquerade ports left.', free),
    metric('bauta_packet_thread_load', 'gauge', 'Share of one CPU, 0 to 1.', one(status.load)),
    metric('bauta_devices', 'gauge', 'Machines seen on the LAN.', one(status.devices)),
    metric('bauta_dns_queries_total', 'counter', 'DNS questions.', one(dns.queries)),
    metric('bauta_dns_hits_total', 'counter', 'DNS questions answered from the cache.', one(dns.hits)),
    metric(
      'bauta_drops_total',
      'counter',
      'Packets dropped, by reason.',
      counters.drops.map(({ reason, packets }) => [{ reason }, packets]),
    ),
    metric(
      'bauta_helper_refusals_total',
      'counter',
      'What protocol helpers asked for and did not get, since the packet thread began.',
      one(helperRefusals),
    ),
    metric(
      'bauta_path_packets_total',
      'counter',
      'Packets carried.',
      counters.paths.map(({ name, packets }) => [{ path: name }, packets]),
    ),
    metric(
      'bauta_path_bytes_total',
      'counter',
      'IP bytes carried.',
      counters.paths.map(({ name, bytes }) => [{ path: name }, bytes]),
    ),
    metric(
      'bauta_rule_packets_total',
      'counter',
      'Packets a rule matched.',
      counters.rules.map(({ id, packets }) => [{ rule: String(id) }, packets]),
    ),
    metric(
      'bauta_rule_bytes_total',
      'counter',
      'IP bytes a rule matched.',
      counters.rules.map(({ id, bytes }) => [{ rule: String(id) }, bytes]),
    ),
    metric(
      'bauta_policy_packets_total',
      'counter',
      'Packets a policy decided.',
      counters.policies.map(({ chain, packets }) => [{ chain }, packets]),
    ),
    metric(
      'bauta_interface_receive_bytes_total',
      'counter',
      'As the kernel counts.',
      interfaces.map(({ name, rxBytes }) => [{ interface: name }, rxBytes]),
    ),
    metric(
      'bauta_interface_transmit_bytes_total',
      'counter',
      'As the kernel counts.',
      interfaces.map(({ name, txBytes }) => [{ interface: name }, txBytes]),
    ),
  ].join('')
}

function metric(name: string, type: 'counter' | 'gauge', help: string, samples: Sample[]): string {
  const lines = samples.map(([labels, value]) => `${name}${labelText(labels)} ${value}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

function labelText(labels: Record<string, string>): string {
  const parts = Object.entries(labels).map(
    ([key, value]) => `${key}="${value.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"`,
  )
  return parts.length > 0 ? `{${parts.join(',')}}` : ''
}

/** Settings of the golden cases about protocol helpers. */
import { HELPER_NAMES, HELPERS, type HelperName, NO_FORWARDS, type Snapshot } from '@bauta/config'
import { type BenchOptions, benchSnapshot } from './bench.ts'
import { NETFILTER_SETTINGS } from './golden-netfilter.ts'

function withHelpers(
  snapshot: Snapshot,
  enabled: boolean,
  ports: Partial<Record<HelperName, number[]>> = {},
): Snapshot {
  const list = HELPER_NAMES.map((name) => ({ name, enabled, ports: ports[name] ?? [...HELPERS[name].ports] }))
  return { ...snapshot, helpers: { list } }
}

const all = (snapshot = benchSnapshot()): BenchOptions => ({ snapshot: withHelpers(snapshot, true) })

function forwarding(protocol: 'tcp' | 'udp', port: number): Snapshot {
  const forward = {
    id: 1,
    enabled: true,
    comment: '',
    protocol,
    ports: { from: port, to: port },
    targets: [{ address: '192.168.77.20', turns: 10 }],
    targetPort: null,
    source: null,
  }
  return { ...benchSnapshot(), forwards: { ...NO_FORWARDS, list: [forward] } }
}

export const HELPER_SETTINGS: Record<string, BenchOptions> = {
  helpers: all(),
  'helpers-off': { snapshot: withHelpers(benchSnapshot(), false) },
  'helpers-ftp-2121': { snapshot: withHelpers(benchSnapshot(), true, { ftp: [21, 2121] }) },
  'helpers-raudio-7072': { snapshot: withHelpers(benchSnapshot(), true, { raudio: [7070, 7071, 7072] }) },
  'helpers-ftp-inside': all(forwarding('tcp', 21)),
  'helpers-tftp-inside': all(forwarding('udp', 69)),
  'helpers-quake-inside': all(forwarding('udp', 26_000)),
  'helpers-h323-inside': all(forwarding('tcp', 1720)),
  'helpers-pptp-inside': all(forwarding('tcp', 1723)),
  'nf-helpers': all(NETFILTER_SETTINGS['nf-home']!.snapshot),
}

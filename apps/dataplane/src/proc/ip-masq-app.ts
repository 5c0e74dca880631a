/** /proc/net/ip_masq/app: the protocol helpers, and how many connections each looks after; 40 bytes each. */
import { masqProtocolName } from '@bauta/chains'
import { HELPER_NAMES, HELPERS, type HelperName, type Helpers } from '@bauta/config'
import { type ConnectionTable, FLAG } from '@bauta/masq'
import { record } from './record.ts'

export interface MasqHelper {
  readonly protocol: number
  readonly port: number
  /** Live connections bound to this helper and port. */
  readonly attached: number
  /** e.g. `ftp` */
  readonly name: string
}

/** As 2.2's modules called themselves, where they did so otherwise than they were called. */
const NAMES: Partial<Record<HelperName, string>> = { raudio: 'RealAudio', vdolive: 'VDOLive' }

/** @returns every port of every helper that is on, with its connections */
export function masqHelpers({ list }: Helpers, table: ConnectionTable): MasqHelper[] {
  const attached = attachments(table)
  return list.flatMap(({ name, enabled, ports }) =>
    (enabled ? ports : []).map((port) => ({
      protocol: HELPERS[name].protocol === 'tcp' ? 6 : 17,
      port,
      attached: attached.get(keyOf(HELPER_NAMES.indexOf(name) + 1, port)) ?? 0,
      name: name === 'quake' ? `Quake_${String(port).slice(0, 2)}` : (NAMES[name] ?? name),
    })),
  )
}

const keyOf = (helper: number, port: number): number => helper * 65_536 + port

function attachments(table: ConnectionTable): Map<number, number> {
  const found = new Map<number, number>()
  for (let slot = 0; slot < table.limit; slot++) {
    const helper = table.used(slot) ? table.helper(slot) : 0
    if (helper === 0) continue
    const outside = (table.flags(slot) & FLAG.fromOutside) !== 0
    const key = keyOf(helper, outside ? table.clientPort(slot) : table.askedPort(slot))
    found.set(key, (found.get(key) ?? 0) + 1)
  }
  return found
}

const LENGTH = 40
const BUCKETS = 16

/** @param helpers in the order they were registered */
export function ipMasqAppText(helpers: Iterable<MasqHelper>): string {
  let text = record('prot port    n_attach name', LENGTH)
  for (const { protocol, port, attached, name } of inBucketOrder(helpers))
    text += record(
      `${masqProtocolName(protocol).padEnd(3)}  ${String(port).padEnd(7)} ${String(attached).padEnd(7)}  ${name.padEnd(17)}`,
      LENGTH,
    )
  return text
}

/** 2.2 walked 16 buckets of port XOR protocol, newest first in each. */
function inBucketOrder(helpers: Iterable<MasqHelper>): MasqHelper[] {
  const bucketOf = ({ port, protocol }: MasqHelper) => (port ^ protocol) & (BUCKETS - 1)
  return [...helpers].reverse().sort((a, b) => bucketOf(a) - bucketOf(b))
}

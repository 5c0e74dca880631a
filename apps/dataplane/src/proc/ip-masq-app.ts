/** /proc/net/ip_masq/app: the protocol helpers, and how many connections each looks after; 40 bytes each. */
import { masqProtocolName } from '@bauta/chains'
import type { HelperName, Helpers } from '@bauta/config'
import type { ConnectionTable } from '@bauta/masq'
import { attachedHelpers } from './attached-helpers.ts'
import { record } from './record.ts'

export interface MasqHelper {
  readonly protocol: number
  readonly port: number
  /** Live connections bound to this helper and port. */
  readonly attached: number
  /** e.g. `ftp` */
  readonly name: string
}

/** As 2.2's modules called themselves, where they did so otherwise than they were called. One was for RealAudio and RTSP. */
const NAMES: Partial<Record<HelperName, string>> = {
  raudio: 'RealAudio',
  rtsp: 'RealAudio',
  vdolive: 'VDOlive',
}

/** @returns every port of every helper that is on, with its connections */
export const masqHelpers = (helpers: Helpers, table: ConnectionTable): MasqHelper[] =>
  attachedHelpers(table, helpers).map(({ name, protocol, port, attached }) => ({
    protocol,
    port,
    attached,
    name: name === 'quake' ? `Quake_${String(port).slice(0, 2)}` : (NAMES[name] ?? name),
  }))

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

/** /proc/net/ip_masq/app: the protocol helpers, and how many connections each looks after; 40 bytes each. */
import { masqProtocolName } from '@bauta/chains'
import { record } from './record.ts'

export interface MasqHelper {
  readonly protocol: number
  readonly port: number
  /** Live connections bound to this helper and port. */
  readonly attached: number
  /** e.g. `ftp` */
  readonly name: string
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

/** A packet before and after the box, field by field. */
import type { MonitorPacket } from '@bauta/control/schemas'

export interface Difference {
  field: string
  before: string
  after: string
  changed: boolean
}

const end = (address: string, port: number | null) => (port === null ? address : `${address}:${port}`)

const FIELDS: readonly [string, (packet: MonitorPacket) => string | null][] = [
  ['from', ({ source, sourcePort }) => end(source, sourcePort)],
  ['to', ({ destination, destinationPort }) => end(destination, destinationPort)],
  ['id', ({ icmpId }) => (icmpId ? String(icmpId) : null)],
  ['TTL', ({ ttl }) => String(ttl)],
  ['TOS', ({ tos }) => (tos === 0 ? null : `0x${tos.toString(16).padStart(2, '0')}`)],
  ['length', ({ length }) => String(length)],
  ['sequence', ({ sequence }) => (sequence === null ? null : String(sequence))],
]

/** @returns the fields that either has, in their order */
export function differences(before: MonitorPacket, after: MonitorPacket): Difference[] {
  return FIELDS.flatMap(([field, read]) => {
    const [a, b] = [read(before), read(after)]
    return a === null && b === null ? [] : [{ field, before: a ?? '–', after: b ?? '–', changed: a !== b }]
  })
}

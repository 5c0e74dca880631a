/** The fields of a caught packet that the page shows side by side; what was cut off at SNAP is payload only. */

import { formatAddress } from '@bauta/config'
import type { MonitorPacket } from '@bauta/control/schemas'
import { formatPacket, PacketView, PROTOCOL, parseEmbedded } from '@bauta/packet'

const view = new PacketView()

/** @returns all but the interface */
export function packetOfBytes(bytes: Uint8Array): Omit<MonitorPacket, 'interface'> {
  // Lenient: a cut packet is shorter than its header says, and offloaded checksums are not filled in yet.
  parseEmbedded(view, bytes, 0, bytes.length)
  const { protocol, sourcePort, destinationPort, icmpId } = view
  const ports = protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp
  const tcp = protocol === PROTOCOL.tcp && view.l4Length >= 14
  return {
    text: formatPacket(view),
    source: formatAddress(view.source),
    sourcePort: ports ? sourcePort : null,
    destination: formatAddress(view.destination),
    destinationPort: ports ? destinationPort : null,
    icmpId: protocol === PROTOCOL.icmp ? icmpId : null,
    ttl: view.ttl,
    tos: view.tos,
    length: view.totalLength,
    sequence: tcp ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(view.l4 + 4) : null,
  }
}

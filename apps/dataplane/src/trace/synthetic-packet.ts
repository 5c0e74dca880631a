/** The packet that a question is about, byte for byte as a machine would send it. */
import { parseAddress } from '@bauta/config'
import type { TraceRequest } from '@bauta/control/schemas'
import { PROTOCOL, TCP_FLAG, VNET_HEADER } from '@bauta/packet'
import { buildIcmp, buildIp, buildTcp, buildUdp } from '@bauta/packet/build'

/** @returns virtio-net header and packet */
export function frameOf(request: TraceRequest): Uint8Array {
  const packet = packetOf(request)
  const frame = new Uint8Array(VNET_HEADER + packet.length)
  frame.set(packet, VNET_HEADER)
  return frame
}

function packetOf(request: TraceRequest): Uint8Array {
  const { protocol, ttl, dontFragment, tcpFlags } = request
  const ip = {
    source: parseAddress(request.from)!,
    destination: parseAddress(request.to)!,
    ttl,
    dontFragment,
  }
  const ports = { ...ip, sourcePort: request.sourcePort, destinationPort: request.port }
  const payload = (headers: number) => new Uint8Array(Math.max(0, request.length - headers))
  switch (protocol) {
    case PROTOCOL.tcp: {
      // A SYN names its segment size, as every system's does: the clamp is part of the way.
      const tcpOptions = tcpFlags & TCP_FLAG.syn ? [2, 4, 1460 >> 8, 1460 & 255] : []
      return buildTcp({ ...ports, flags: tcpFlags, tcpOptions, payload: payload(40 + tcpOptions.length) })
    }
    case PROTOCOL.udp:
      return buildUdp({ ...ports, payload: payload(28) })
    case PROTOCOL.icmp: {
      const { icmpType: type, icmpCode: code, icmpId } = request
      return buildIcmp({ ...ip, type, code, icmpId, sequence: 1, payload: payload(28) })
    }
    default:
      return buildIp(ip, protocol, payload(20))
  }
}

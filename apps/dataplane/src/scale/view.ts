import { PacketView, parsePacket, readVnetHeader, VNET_HEADER } from '@bauta/packet'

/** @returns a view of a frame that may be made the view of another packet by its fields alone: for looking up, not for rewriting */
export function viewOf(frame: Uint8Array): PacketView {
  const view = new PacketView()
  readVnetHeader(view, frame, 0)
  const fault = parsePacket(view, frame, VNET_HEADER, frame.length - VNET_HEADER)
  if (fault !== 0) throw new Error(`not a packet: fault ${fault}`)
  return view
}

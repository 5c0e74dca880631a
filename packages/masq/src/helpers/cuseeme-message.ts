/**
 * CU-SeeMe: every datagram carries the addresses of who sent it and who shall get it, and a reflector's list of those who
 * take part (data type 101) names everybody's. Nothing else has to be translated: both sides use the port of the connection.
 */
import { read16, read32 } from '@bauta/packet'

const DESTINATION = 4
const SOURCE = 12
const DATA_TYPE = 22
const HEADER = 26
/** “Open, continue”: the header, how many clients, a sequence number, a name and flags; then the clients. */
const OPEN_CONTINUE = 101
const CLIENTS = 56
const CLIENT = 12

/** @param address signed @returns the offset of the sender's address where it is `address`, or -1 */
export function findCuseemeSource(bytes: Uint8Array, from: number, to: number, address: number): number {
  return addressAt(bytes, from, to, from + SOURCE, address)
}

/** @returns the offset of the receiver's address where it is `address`, or -1 */
export function findCuseemeDestination(bytes: Uint8Array, from: number, to: number, address: number): number {
  return addressAt(bytes, from, to, from + DESTINATION, address)
}

/** @returns the offset of the first client of a reflector's list whose address is `address`, or -1 */
export function findCuseemeClient(bytes: Uint8Array, from: number, to: number, address: number): number {
  if (from + HEADER > to || read16(bytes, from + DATA_TYPE) !== OPEN_CONTINUE) return -1
  for (let at = from + CLIENTS; at + CLIENT <= to; at += CLIENT)
    if ((read32(bytes, at) | 0) === address) return at
  return -1
}

function addressAt(bytes: Uint8Array, from: number, to: number, at: number, address: number): number {
  return from + HEADER <= to && (read32(bytes, at) | 0) === address ? at : -1
}

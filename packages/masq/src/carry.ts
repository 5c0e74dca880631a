import type { Direction } from './key-index.ts'

/**
 * Who carries the packets of a connection, as its slot says it: the kernel, or, for one of these reasons, the packet thread. The list is closed, its
 * order is stored, and every entry has words for people. Above the reason, in the same byte, two bits say which directions the kernel
 * carries (carriedBit), and one that it may carry the first answer (ANSWER).
 */
export const CARRY_STATES = [
  { name: 'new', text: 'too few packets yet' },
  { name: 'kernel', text: 'carried by the kernel' },
  { name: 'off', text: 'the setting is off' },
  { name: 'protocol', text: 'only TCP, UDP and pings are carried by the kernel' },
  { name: 'own', text: 'a connection of the box itself' },
  { name: 'helper', text: 'a protocol helper reads along' },
  { name: 'state', text: 'it is being opened or closed' },
  { name: 'rule', text: 'a rule asks about something that can change from packet to packet' },
  { name: 'one-way', text: 'nothing has come back yet' },
  { name: 'trigger', text: 'its packets hold a trigger open' },
  { name: 'hops', text: 'there is no room for its way out' },
  { name: 'watched', text: 'somebody watches packets live, which only the packet thread can show' },
  { name: 'loose', text: 'loose UDP: its server is whoever spoke last' },
  { name: 'refresh', text: 'only what goes out keeps it alive, and the kernel does not tell the two apart' },
  { name: 'numbered', text: 'its packets may be fragmented, and get their numbers from the box' },
] as const
export type CarryName = (typeof CARRY_STATES)[number]['name']

export const CARRY = Object.fromEntries(CARRY_STATES.map(({ name }, place) => [name, place])) as Readonly<
  Record<CarryName, number>
>

/** Of the byte `carry`: the place in CARRY_STATES, and the directions. */
export const CARRY_REASON = 0x1f
export const CARRY_BITS = 0xc0
/**
 * Nobody has answered yet, and what comes in as an answer (of TCP only SYN with ACK) may go on to the client without the packet
 * thread, which hears of it afterwards.
 */
export const ANSWER = 0x20
export const carriedBit = (direction: Direction): number => 0x40 << direction

/**
 * What a Masquerader tells whoever hands connections to the kernel. Both are asked of every connection that ends, so they return at
 * once for one that is not carried.
 */
export interface Carrier {
  /** Takes over what the kernel has carried of it: see ByKernel. */
  takeOver(slot: number, now: number): void
  /** It is about to end: takes over what there is, and the kernel carries it no more. */
  forget(slot: number, now: number): void
}

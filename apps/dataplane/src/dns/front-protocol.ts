/** What the main thread and the front's thread say to each other. */

export interface FrontSettings {
  /** Addresses to answer on, port 53; those that the box does not have are tried again with every settings. */
  listen: string[]
  /** Networks (a.b.c.d/bits) whose machines are answered; the box itself is in any case. */
  clients: string[]
  /** Where the resolver behind the front listens. */
  resolver: { address: string; port: number }
  /** Names that no list blocks, with all below them; lower case. */
  spared: string[]
  /** One name a line; the place in this array is the list's number. Read again when `version` differs. */
  lists: { file: string; version: string }[]
}

export type ToFront =
  | { kind: 'settings'; settings: FrontSettings }
  | { kind: 'why'; id: number; name: string }

export interface Blocked {
  /** The name on the list: the one asked for, or a domain above it. */
  domain: string
  /** Numbers of the lists that have it. */
  lists: number[]
}

export type FromFront =
  /** @property problems addresses that could not be listened on, and lists that could not be read, in words */
  | { kind: 'settled'; problems: string[]; names: number[] }
  | { kind: 'why'; id: number; blocked: Blocked | null; spared: boolean }

/** Places in a Float64Array that the front's thread writes and the main thread reads. */
export const FRONT_COUNTERS = [
  'queries',
  /** of these, over TCP */
  'tcp',
  'blocked',
  /** from addresses outside the home network */
  'refused',
  'malformed',
  /** one machine, or all, had too many questions under way */
  'crowded',
  /** nobody answered in time, or the resolver said that it could not */
  'failed',
  /** the household asked, and there was no server to ask: the Internet is not there, or not yet */
  'unmet',
] as const
export type FrontCounter = (typeof FRONT_COUNTERS)[number]
export const counterPlace = (name: FrontCounter): number => FRONT_COUNTERS.indexOf(name)

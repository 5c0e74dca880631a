/**
 * Which triggers are armed, and for whom: the packet thread writes it, /proc/net/ip_masq/autofw shows it. Four doubles for each trigger in
 * force, in order: its number (0: none), the machine, the server it asked, until when (ticks). Nothing is read back from here: after a
 * restart of the machine the clock begins anew, and what was armed before must not be.
 */
const MOST_TRIGGERS = 64
const WORDS = 4
export const ARMED_WORDS = WORDS * MOST_TRIGGERS

/** All addresses unsigned. */
export function writeArmed(
  armed: Float64Array,
  at: number,
  id: number,
  client: number,
  server: number,
  until: number,
): void {
  armed[at * WORDS] = id
  armed[at * WORDS + 1] = client
  armed[at * WORDS + 2] = server
  armed[at * WORDS + 3] = until
}

export interface ArmedFor {
  client: number
  server: number
  /** Ticks that are left. */
  left: number
}

/** @returns null where the trigger is not armed */
export function readArmed(armed: Float64Array, id: number, now: number): ArmedFor | null {
  for (let at = 0; at < ARMED_WORDS; at += WORDS) {
    const left = armed[at + 3]! - now
    if (armed[at] === id && left > 0) return { client: armed[at + 1]!, server: armed[at + 2]!, left }
  }
  return null
}

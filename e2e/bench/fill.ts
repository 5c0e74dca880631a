/** A table with so many connections in it. */
import type { Lab } from '../lab/lab.ts'
import { connectionCount } from './memory.ts'
import type { Handshakes } from './offers.ts'

/** Share of what is asked for that has to be there; on a machine that is busy some are lost while the table fills. */
const ENOUGH = 0.95
/** Connections a second, far below what any software can do; and how often what is missing is made. */
const FILLING = { rate: 15_000, tries: 6 }

/** @param count of connections in all @returns how many there are @throws where too few come to be */
export async function fillTo(lab: Lab, handshakes: Handshakes, count: number): Promise<number> {
  for (let i = 0; ; i++) {
    const there = await connectionCount(lab)
    if (there >= count * ENOUGH) return there
    if (i === FILLING.tries) throw new Error(`the table has only ${there} connections of ${count}`)
    await handshakes.make(FILLING.rate, count - there)
  }
}

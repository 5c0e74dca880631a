/** `node tell-shaped.ts TABLE CAPACITY 0|1`, where a door hangs: sets the word by which queues are told whose a packet is, in place of the service. */
import { readFileSync } from 'node:fs'
import { HEADER_WORD } from '@bauta/masq'
import { findKeptMaps } from '../../../packages/door/src/kept-maps.ts'
import { SHAPED, STATE_BYTES } from '../../../packages/door/src/shared-state.ts'
import { mapMemory } from '../../../packages/door/src/system.ts'

const [table, capacity, on] = process.argv.slice(2)
const hashSeed = readFileSync(table!).readUInt32LE(HEADER_WORD.hashSeed * 4)
const maps = findKeptMaps(Number(capacity), hashSeed)
if (!maps) throw new Error('there is no door with this table')
new Uint32Array(mapMemory(maps.shared, STATE_BYTES), 0, STATE_BYTES / 4)[SHAPED] = Number(on)

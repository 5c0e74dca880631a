/**
 * A process to be killed: `node victim.ts FOLDER WORLD SEED`. It is ready when it has read its program, takes the memory over when it is told
 * to by a byte, says so by another, and at the next goes on with packets at random until it is killed. Its seed makes the packets.
 */
import { readSync, writeSync } from 'node:fs'
import { Lottery } from '../path/bench.ts'
import { Box } from './box.ts'
import { mapKept } from './kept.ts'
import { packetsOfWorld, type World } from './worlds.ts'

const [folder = '', world = '', seed = ''] = process.argv.slice(2)
const say = (letter: string) => writeSync(1, letter)
const told = () => {
  if (readSync(0, new Uint8Array(1)) === 0) process.exit(0)
}

const lottery = new Lottery(Number(seed))
const below = (limit: number) => (lottery.next() >>> 8) % limit
const packets = packetsOfWorld()
const kept = mapKept(folder)

say('p')
told()
const box = new Box(kept, world as World, lottery.next)
say('r')
told()
for (let i = 0; ; i++) {
  const packet = packets[below(packets.length)]!
  for (let again = below(4); again >= 0; again--) box.receive(packet)
  if (i % 16 === 0) box.wait(below(200))
}

/**
 * Processes that work the table are killed with SIGKILL at random moments, also while they take it over from the one before; the next
 * one takes it over, and then nothing in it may contradict itself, no connection may be missing or have changed, and counters may
 * differ by no more than the one packet that each victim had in its hands. `BAUTA_KILLS=5000` kills so many in each world,
 * `BAUTA_KILLS_SEED` draws others; the moments themselves come as they come.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Tallies } from '@bauta/door'
import { ConnectionTable, FLAG, STATE } from '@bauta/masq'
import { contradictions } from '@bauta/masq/contradictions'
import { MAX_FRAME } from '@bauta/tun-tap'
import { expect, test } from 'vitest'
import { Counters, PATH_OF } from '../counters.ts'
import { DROP_REASONS } from '../drop-reasons.ts'
import { Lottery, WAN } from '../path/bench.ts'
import { KernelDouble } from '../path/kernel-double.ts'
import { type Kept, mapKept, TOLD } from './kept.ts'
import { addressed, PORTS, packetsOfWorld, type World } from './worlds.ts'

const KILLS = Number(process.env.BAUTA_KILLS ?? 100)
const SEED = Number(process.env.BAUTA_KILLS_SEED ?? 2024)
const VICTIM = join(import.meta.dirname, 'victim.ts')
/** What a victim gets to do at most, in packets, and the longest that a take-over is let go on before a kill, in ms. */
const LIFE = 3000
const TAKE_OVER = 12
/** As Linux numbers the interfaces of the bench. */
const WAYS = [2, 3]
/** The policy of the chain output, as counters know it. */
const OUTPUT_POLICY = -3

class Victim {
  readonly #child: ChildProcess
  readonly #gone: Promise<void>
  #said = ''
  #heard: (() => void) | null = null

  constructor(folder: string, world: World, seed: number) {
    this.#child = spawn(process.execPath, [VICTIM, folder, world, String(seed)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
    })
    this.#child.stdout!.on('data', (text) => {
      this.#said += text
      this.#heard?.()
    })
    this.#child.stdin!.on('error', () => {})
    this.#gone = new Promise((resolve) => this.#child.on('exit', () => resolve()))
  }

  async hears(letter: string): Promise<void> {
    while (!this.#said.includes(letter)) {
      if (this.#child.exitCode !== null)
        throw new Error(`the victim ended by itself (${this.#child.exitCode})`)
      await new Promise<void>((resolve) => {
        this.#heard = resolve
        void this.#gone.then(resolve)
      })
    }
  }

  has(letter: string): boolean {
    return this.#said.includes(letter)
  }

  goOn(): void {
    this.#child.stdin!.write('.')
  }

  /** @returns when nothing of it is left that could write */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#gone
  }
}

interface Found {
  key: number[]
  loose: boolean
  counts: number[]
}

/**
 * Connections that were there, by slot: a packet has gone through them. @param tallies of what the kernel carried and nobody has taken over yet:
 * then as they have to be afterwards, which first answers change
 */
function connectionsIn(table: ConnectionTable, tallies?: Tallies): Map<number, Found> {
  const found = new Map<number, Found>()
  for (let slot = 0; slot < table.limit; slot++) {
    const packets = table.packetsOut(slot) + table.packetsIn(slot)
    if (!table.used(slot) || table.generation(slot) % 2 === 1 || packets === 0) continue
    const answered =
      tallies?.isOf(slot, table.generation(slot)) && tallies.answered(slot, table.generation(slot))
    const flags = table.flags(slot) | (answered ? FLAG.replied : 0)
    const before = table.state(slot)
    const state = answered && before === STATE.SYN_SENT ? STATE.ESTABLISHED : before
    const loose = (flags & FLAG.loose) !== 0
    const near = [table.client(slot), table.clientPort(slot), table.wan(slot), table.masqPort(slot)]
    const far = [table.asked(slot), table.askedPort(slot), table.server(slot), table.serverPort(slot)]
    const rest = [table.protocol(slot), state, flags, table.helper(slot), table.ruleId(slot)]
    found.set(slot, {
      key: [table.generation(slot), ...near, ...rest, table.createdAt(slot), ...(loose ? [] : far)],
      loose,
      counts: [table.packetsOut(slot), table.bytesOut(slot), table.packetsIn(slot), table.bytesIn(slot)],
    })
  }
  return found
}

function missingOf(before: Map<number, Found>, after: Map<number, Found>): string[] {
  const missing: string[] = []
  for (const [slot, { key, counts }] of before) {
    const now = after.get(slot)
    if (!now || now.key.join() !== key.join()) missing.push(`${slot}: ${key} became ${now?.key}`)
    else if (now.counts.some((count, i) => count < counts[i]!))
      missing.push(`${slot}: counted ${counts}, and then ${now.counts}`)
  }
  return missing
}

/** How far the books are from what was told: by the ways through the box, and by the rule at the end of each. */
function differences(kept: Kept): number[] {
  const counters = new Counters(kept.counters)
  const [out, back] = [PATH_OF['lan-to-wan'], PATH_OF['wan-to-lan']].map((path) => counters.paths[2 * path]!)
  const policy = counters.owners.indexOf(OUTPUT_POLICY)
  const held = DROP_REASONS.reduce(
    (sum, { name }, code) => (name.startsWith('helper') ? sum + counters.drops[code]! : sum),
    0,
  )
  return [
    out! - kept.told[TOLD.out]!,
    back! - kept.told[TOLD.in]!,
    counters.rules[2 * policy]! - out! - back! - held,
  ]
}

async function killAll(world: World): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bauta-kills-'))
  const kept = mapKept(folder)
  const lottery = new Lottery(SEED)
  const below = (limit: number) => (lottery.next() >>> 8) % limit
  const packets = packetsOfWorld()
  const buffer = new Uint8Array(MAX_FRAME)
  let carried = 0
  let seen = 0
  let most = 0

  /** While nobody is there the kernel goes on. */
  const kernelAlone = (table: ConnectionTable) => {
    const kernel = new KernelDouble(table, kept.kernel)
    for (let i = 0; i < 300; i++) {
      const packet = packets[below(packets.length)]!
      const length = addressed(packet, table, buffer)
      if (length === 0) continue
      const frame = buffer.subarray(0, length)
      if (!kernel.carry(WAYS[packet.from]!, packet.from === WAN, frame, kept.told[TOLD.now]!)) continue
      kept.told[packet.from === WAN ? TOLD.in : TOLD.out]!++
      carried++
    }
  }

  /** While a process takes the table over, the kernel still finds what it carries. */
  const lookMeanwhile = async (
    victim: Victim,
    table: ConnectionTable,
    there: Map<number, Found>,
    until: number,
  ) => {
    const isFound = (slot: number) => {
      const [protocol, client, port] = [table.protocol(slot), table.client(slot), table.clientPort(slot)]
      return table.lookupOut(protocol, client, port, table.asked(slot), table.askedPort(slot)) === slot
    }
    // One that was just ending, or changing its far end, may be out of the index already.
    const slots = [...there.keys()].filter(isFound)
    while (!victim.has('r') && performance.now() < until) {
      for (let i = 0; i < 400 && slots.length > 0; i++) {
        const slot = slots[below(slots.length)]!
        if (!isFound(slot)) throw new Error(`connection ${slot} was not to be found while it was taken over`)
      }
      await sleep(1)
    }
  }

  const spawnNext = () => new Victim(folder, world, below(0x7fffffff))
  let next = spawnNext()
  try {
    for (let kill = 0, before = [0, 0, 0]; kill < KILLS; kill++) {
      const victim = next
      await victim.hears('p')
      next = spawnNext()
      const table = kill > 0 ? ConnectionTable.attach(kept.table) : null
      if (table) kernelAlone(table)
      const there = table ? connectionsIn(table, new Tallies(kept.kernel.tallies)) : new Map<number, Found>()
      most = Math.max(most, there.size)
      const early = kill > 0 && below(4) === 0
      victim.goOn()
      const until = performance.now() + (early ? (below(1000) / 1000) * TAKE_OVER : 10_000)
      if (table) await lookMeanwhile(victim, table, there, until)
      if (!early) {
        await victim.hears('r')
        const after = connectionsIn(ConnectionTable.attach(kept.table))
        const wrong = [...contradictions(kept.table, { ports: PORTS[world] }), ...missingOf(there, after)]
        expect(wrong.slice(0, 10), `after kill ${kill}`).toEqual([])
        const now = differences(kept)
        // one packet in the hands of the last one that was killed while it worked
        expect(
          Math.max(...now.map((one, i) => Math.abs(one - before[i]!))),
          `after kill ${kill}: ${now}`,
        ).toBeLessThan(2)
        before = now
        victim.goOn()
        const end = kept.told[TOLD.packets]! + below(LIFE)
        while (kept.told[TOLD.packets]! < end) await sleep(1)
      }
      await victim.kill()
      seen++
    }
  } finally {
    await next.kill()
    rmSync(folder, { recursive: true })
  }
  console.log(
    `${world}: ${seen} killed after ${kept.told[TOLD.packets]} packets, ${most} connections at most; the kernel carried ${carried} meanwhile`,
  )
  expect(most).toBeGreaterThan(50)
  // Loose UDP, of which there is much in one of the worlds, is never carried.
  expect(carried).toBeGreaterThan(KILLS / 4)
}

for (const world of ['standard', 'classic'] as const)
  test(`${KILLS} kills at random moments, ports taken in the way “${world}”: nothing lost, nothing contradicts itself`, async () => {
    await killAll(world)
  }, 0)

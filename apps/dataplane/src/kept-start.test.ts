import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Counters, countersBytes } from './counters.ts'
import { KeptStart } from './kept-start.ts'
import { benchConfig } from './path/bench.ts'
import { RuleSlots } from './rule-slots.ts'

let folder: string
let applied: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bauta-kept-start-'))
  applied = join(folder, 'applied.json')
  writeFileSync(applied, '{"revision":1}')
})
afterEach(() => rmSync(folder, { recursive: true }))

const kept = (program: string | null = 'this one', capacity = 16) =>
  new KeptStart({ runDir: folder, stateDir: folder, capacity }, program)
const START = {
  config: benchConfig({}, new RuleSlots(new Counters(new ArrayBuffer(countersBytes)))),
  reserved: [393_302],
  neighbours: { addresses: Int32Array.of(-1062711029), macs: Float64Array.of(0x020000000011) },
  offload: 7,
}

test('the next process begins with what was in force', () => {
  kept().keep(START)
  expect(kept().read()).toStrictEqual(START)
  expect(readdirSync(folder).sort()).toEqual(['applied.json', 'start'])
})

test('what is forgotten is not begun with', () => {
  kept().keep(START)
  kept().forget()
  expect(kept().read()).toBeNull()
  kept().forget()
})

test('another program, another size of the table, other settings on the disk: nothing is begun with', () => {
  kept().keep(START)
  expect(kept('another one').read()).toBeNull()
  expect(kept('this one', 32).read()).toBeNull()
  expect(kept().read()).toEqual(START)
  utimesSync(applied, 1, 1)
  expect(kept().read()).toBeNull()
  kept().keep(START)
  rmSync(applied)
  expect(kept().read()).toBeNull()
})

test('sources that run as they are may change at any time, so nothing is kept of them', () => {
  kept(null).keep(START)
  expect(readdirSync(folder)).toEqual(['applied.json'])
  kept().keep(START)
  expect(kept(null).read()).toBeNull()
})

test('a damaged file is none', () => {
  kept().keep(START)
  const file = join(folder, 'start')
  const whole = readFileSync(file)
  for (let length = 0; length < whole.length; length += 7) {
    writeFileSync(file, whole)
    truncateSync(file, length)
    expect(kept().read()).toBeNull()
  }
})

test('where it cannot be written, an older one is not left either', () => {
  kept().keep(START)
  const unwritable = { ...START, config: { ...START.config, helpers: (() => 0) as never } }
  kept().keep(unwritable)
  expect(kept().read()).toBeNull()
})

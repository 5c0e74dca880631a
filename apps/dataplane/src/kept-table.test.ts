import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConnectionTable, HEADER_WORD, tableBytes } from '@bauta/masq'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bootId } from './boot-id.ts'
import { openOverTable, tableFile } from './kept-table.ts'

const CAPACITY = 64
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bauta-kept-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** The file of a table with these words changed. */
function leave(words: Partial<Record<keyof typeof HEADER_WORD, number>> = {}): void {
  const memory = new ArrayBuffer(tableBytes(CAPACITY))
  const { memory: table } = new ConnectionTable(memory, {
    capacity: CAPACITY,
    hashSeed: -7,
    bootId: bootId(),
  })
  for (const [name, value] of Object.entries(words)) table.words[HEADER_WORD[name as 'count']] = value
  writeFileSync(tableFile(folder), table.bytes)
}

/** @param there whether the kernel has the maps that belong to the table */
function start(there: boolean) {
  const asked: (number | null)[] = []
  const { lost } = openOverTable(folder, CAPACITY, (hashSeed) => {
    asked.push(hashSeed)
    return { kept: there && hashSeed !== null }
  })
  return { asked, lost, file: existsSync(tableFile(folder)) }
}

test('a table that fits is gone on with, by the maps that belong to it', () => {
  leave({ count: 3 })
  expect(start(true)).toEqual({ asked: [-7], lost: null, file: true })
})

test('without a file nothing is looked for, and nothing lost', () => {
  expect(start(true)).toEqual({ asked: [null], lost: null, file: false })
})

test.each([
  [{ version: 1 }, /laid out by version 1, and this Bauta knows version \d/],
  [{ capacity: 32 }, /made for 32 connections, and is to have room for 64/],
  [{ magic: 5 }, /damaged/],
  [{ touched: 65 }, /damaged/],
])('of a table with %o both parts are left behind, and it is said why', (words, why) => {
  leave({ count: 3, ...words })
  const { lost, ...rest } = start(true)
  expect(lost).toMatch(why)
  expect(rest).toEqual({ asked: [null], file: false })
})

test('a reboot ends connections anyway, and nobody is told', () => {
  leave({ count: 3, bootId: bootId() + 1 })
  expect(start(true)).toEqual({ asked: [null], lost: null, file: false })
})

test('a file whose maps are gone is left behind, and told of where there were connections', () => {
  leave({ count: 3 })
  expect(start(false)).toMatchObject({
    asked: [-7],
    file: false,
    lost: expect.stringMatching(/the kernel no longer/),
  })
  leave({ count: 0 })
  expect(start(false)).toEqual({ asked: [-7], lost: null, file: false })
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Diary } from './diary.ts'

let folder: string
let said: string[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bauta-diary-'))
  said = []
})
afterEach(() => rmSync(folder, { recursive: true }))
const open = (at = 7) =>
  new Diary({ file: join(folder, 'diary.json'), now: () => at, log: (line) => said.push(line) })

test('what happened is known after a restart, the newest first, and stands in the log', () => {
  open(1).note('anna', 'DSL', 'dialled')
  open(2).note('box', 'DSL', 'up after 2.0 s')
  expect(open().list()).toEqual([
    { at: 2, who: 'box', connection: 'DSL', text: 'up after 2.0 s' },
    { at: 1, who: 'anna', connection: 'DSL', text: 'dialled' },
  ])
  open().note('ben', '', 'gave a wrong password')
  expect(said).toEqual(['“DSL”, anna: dialled', '“DSL”, box: up after 2.0 s', 'ben: gave a wrong password'])
})

test('it holds 200 events, and a damaged file holds none', () => {
  const diary = open()
  for (let i = 0; i < 250; i++) diary.note('box', 'DSL', String(i))
  expect(open().list()).toHaveLength(200)
  expect(open().list()[199]!.text).toBe('50')
  writeFileSync(join(folder, 'diary.json'), '[{"at":')
  expect(open().list()).toEqual([])
})

test('a folder that cannot be written keeps nobody from dialling', () => {
  const diary = new Diary({
    file: join(folder, 'none/diary.json'),
    now: () => 7,
    log: (line) => said.push(line),
  })
  diary.note('anna', 'DSL', 'dialled')
  expect(diary.list()).toHaveLength(1)
  expect(said[1]).toMatch(/^the events could not be kept/)
})

import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DaemonLogs } from './daemon-logs.ts'

let folder: string
let file: string
let said: string[]
let logs: DaemonLogs
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bauta-logs-'))
  mkdirSync(join(folder, 'internet'))
  file = join(folder, 'internet/pppd.log')
  said = []
  logs = new DaemonLogs(folder, (source, line) => void said.push(`${source}: ${line}`))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('tells every line once, and a line only when it is whole', () => {
  logs.look()
  writeFileSync(file, 'one\ntw')
  logs.look()
  logs.look()
  expect(said).toEqual(['pppd: one'])
  appendFileSync(file, 'o\nthree\n')
  logs.look()
  expect(said).toEqual(['pppd: one', 'pppd: two', 'pppd: three'])
})

test('a file that is begun anew is read from its beginning', () => {
  writeFileSync(file, 'a long line of before\n')
  logs.look()
  writeFileSync(file, 'new\n')
  logs.look()
  expect(said).toEqual(['pppd: a long line of before', 'pppd: new'])
})

test('of a flood the end is read', () => {
  writeFileSync(file, `${'x\n'.repeat(1_000_000)}the end\n`)
  logs.look()
  expect(said.length).toBeLessThan(40_000)
  expect(said.at(-1)).toBe('pppd: the end')
})

test('a log that leads elsewhere, or is none, is passed over', () => {
  const elsewhere = join(folder, 'secret')
  writeFileSync(elsewhere, 'the password\n')
  symlinkSync(elsewhere, join(folder, 'internet/link.log'))
  // Opened as a file is, it would wait for a writer, and everything else with it.
  execFileSync('mkfifo', [join(folder, 'internet/pipe.log')])
  writeFileSync(file, 'a line\n')
  logs.look()
  expect(said).toEqual(['pppd: a line'])
})

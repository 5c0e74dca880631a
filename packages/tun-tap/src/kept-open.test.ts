import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { endKeeper, KEEPER_NAME, type Keeper, keepOpen, takeOver } from './kept-open.ts'

let folder: string
const keepers: Keeper[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bauta-kept-open-'))
})
afterEach(() => {
  for (const keeper of keepers.splice(0)) endKeeper(keeper)
  rmSync(folder, { recursive: true })
})

function file(name: string): { name: string; fd: number } {
  const at = join(folder, name)
  writeFileSync(at, `${name} begins, ${name} goes on`)
  return { name, fd: openSync(at, 'r') }
}
function keep(...files: { name: string; fd: number }[]): Keeper {
  const keeper = keepOpen(files)
  keepers.push(keeper)
  for (const { fd } of files) closeSync(fd)
  return keeper
}
const read = (fd: number, length: number) => {
  const bytes = Buffer.alloc(length)
  return bytes.toString('utf8', 0, readSync(fd, bytes))
}

test('the same open files, where they had been read to, by their names', () => {
  const [one, two] = [file('one'), file('two')]
  expect(read(two.fd, 11)).toBe('two begins,')
  const taken = takeOver(keep(one, two))
  expect(taken.map(({ name }) => name)).toEqual(['one', 'two'])
  expect(read(taken[0]!.fd, 3)).toBe('one')
  expect(read(taken[1]!.fd, 12)).toBe(' two goes on')
  for (const { fd } of taken) closeSync(fd)
})

test('is called by what it does, in lists of processes', () => {
  const { pid } = keep(file('one'))
  expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toBe(`${KEEPER_NAME}\0infinity\0`)
})

test('may be taken over again and again', () => {
  const keeper = keep(file('one'))
  for (let i = 0; i < 3; i++) {
    const { fd } = takeOver(keeper)[0]!
    expect(read(fd, 1)).toBe('one'[i])
    closeSync(fd)
  }
})

test('of a keeper that has ended, or whose number is another process by now, there is nothing', () => {
  const keeper = keep(file('one'))
  expect(takeOver({ ...keeper, startTime: '1' })).toEqual([])
  expect(spawnSync('kill', ['-0', String(keeper.pid)]).status, 'it is left alone').toBe(0)
  endKeeper(keeper)
  expect(takeOver(keeper)).toEqual([])
  endKeeper(keeper)
})

test('a keeper that does not have what it should is ended', () => {
  const keeper = keep(file('one'))
  // More than a program that is still being loaded has open for a moment.
  const names = Array.from({ length: 40 }, (_, i) => `file ${i}`)
  expect(takeOver({ ...keeper, names })).toEqual([])
  expect(takeOver(keeper)).toEqual([])
})

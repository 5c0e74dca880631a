import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { mapFile } from './map-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'bauta-tun-tap-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('two mappings of one file are the same memory', () => {
  const path = join(folder, 'table')
  const one = new Uint32Array(mapFile(path, 8192))
  const two = new Uint32Array(mapFile(path, 8192))
  one[2047] = 0xdeadbeef
  expect(two[2047]).toBe(0xdeadbeef)
  expect(statSync(path).size).toBe(8192)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('a file maps again with what it held, longer files keep their length, shorter ones grow', () => {
  const path = join(folder, 'again')
  new Uint8Array(mapFile(path, 4096))[7] = 42
  expect(new Uint8Array(mapFile(path, 100))[7]).toBe(42)
  expect(statSync(path).size).toBe(4096)
  truncateSync(path, 10)
  const grown = new Uint8Array(mapFile(path, 4096))
  expect([grown[7], grown[4095]]).toEqual([42, 0])
})

test('a mapping that cannot be has a reason', () => {
  expect(() => mapFile(join(folder, 'none', 'table'), 4096)).toThrow(/ENOENT/)
  expect(() => mapFile(join(folder, 'huge'), 2 ** 60)).toThrow(/huge cannot grow to \d+ bytes: E(FBIG|NOSPC)/)
})

import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, expect, test } from 'vitest'
import { mapFile, monotonicTicks, Poller, WakeUp } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'bauta-tun-tap-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a wait ends after its timeout when nothing is ready', () => {
  const wake = new WakeUp()
  const poller = new Poller([-1, wake.fd])
  const before = performance.now()
  expect(poller.wait(30)).toBe(0)
  expect(performance.now() - before).toBeGreaterThan(25)
  expect(poller.ready(0)).toBe(false)
  expect(poller.ready(1)).toBe(false)
  wake.close()
})

test('signals before the wait count as one and stay until drained', () => {
  const wake = new WakeUp()
  const poller = new Poller([wake.fd])
  wake.signal()
  wake.signal()
  expect(poller.wait(1000)).toBe(1)
  expect(poller.ready(0)).toBe(true)
  expect(poller.wait(0)).toBe(1)
  wake.drain()
  expect(poller.wait(0)).toBe(0)
  expect(poller.ready(0)).toBe(false)
  wake.drain()
  wake.close()
})

test('another thread ends the wait through the number of the descriptor', async () => {
  const wake = new WakeUp()
  const source = `const { workerData } = require('node:worker_threads')
    import(workerData.module).then(({ WakeUp }) => setTimeout(() => new WakeUp(workerData.fd).signal(), 20))`
  const module = new URL('./index.ts', import.meta.url).href
  const worker = new Worker(source, { eval: true, workerData: { fd: wake.fd, module } })
  const failed = new Promise((_, reject) => worker.once('error', reject))
  await Promise.race([failed, new Promise((resolve) => worker.once('online', resolve))])
  expect(new Poller([wake.fd]).wait(10_000)).toBe(1)
  await worker.terminate()
  wake.close()
})

test('a closed descriptor reports itself ready instead of hanging', () => {
  const wake = new WakeUp()
  wake.close()
  const poller = new Poller([wake.fd])
  expect(poller.wait(0)).toBe(1)
  expect(poller.ready(0)).toBe(true)
})

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

test('ticks are hundredths of a second of the monotonic clock', async () => {
  const before = monotonicTicks()
  const started = process.hrtime.bigint()
  await new Promise((resolve) => setTimeout(resolve, 120))
  const expected = Number(process.hrtime.bigint() - started) / 1e7
  const passed = monotonicTicks() - before
  expect(Number.isInteger(before)).toBe(true)
  expect(Math.abs(passed - expected)).toBeLessThan(2)
  expect(Math.abs(before - Number(started) / 1e7)).toBeLessThan(2)
})

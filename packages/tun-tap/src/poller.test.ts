import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { Poller } from './poller.ts'
import { WakeUp } from './wake-up.ts'

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

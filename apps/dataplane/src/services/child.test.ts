import { afterEach, expect, test } from 'vitest'
import { SupervisedChild } from './child.ts'

let child: SupervisedChild
afterEach(() => child.stop())

const run = (script: string, onLine: (line: string) => void = () => undefined) => {
  child = new SupervisedChild({ command: 'sh', args: ['-c', script], onLine })
  return child
}
const until = async (what: () => boolean, ms: number) => {
  for (const end = performance.now() + ms; !what(); await new Promise((resolve) => setTimeout(resolve, 20)))
    if (performance.now() > end) throw new Error('not in time')
}

test('comes back after its end, which is told with its last words', async () => {
  run('echo no such device >&2; exit 3')
  await until(() => child.problem !== null, 3000)
  expect(child.problem).toBe('sh ended with code 3: no such device')
  await until(() => child.restarts > 0, 3000)
})

/** dnsmasq answers every TCP connection in a process of its own, which has the same outputs. */
test('comes back also when something that it started still holds its outputs', async () => {
  run('sleep 4.4 & kill -9 $$')
  await until(() => child.restarts > 0, 3000)
})

test('is stopped also when something that it started still holds its outputs', async () => {
  run('trap "exit 0" TERM; sleep 4.6 & echo up; wait', (line) => void (line === 'up' && child.stop()))
  const began = performance.now()
  await until(() => child.problem !== null, 3000)
  await child.stop()
  expect(performance.now() - began).toBeLessThan(3000)
})

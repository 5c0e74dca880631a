import { afterEach, expect, test } from 'vitest'
import { FrontThread } from './front-thread.ts'

const lines: string[] = []
const front = new FrontThread((line) => lines.push(line))
afterEach(() => front.stop())

/** Whoever applies settings waits for the answer; without one no setting could ever be saved again. */
test('settings that the thread dies of are told as a problem, and others take their place', async () => {
  const resolver = { address: '127.0.0.1', port: 5399 }
  const settings = { listen: [], clients: [], resolver, spared: [], lists: [] }
  const { problems } = await front.apply({ ...settings, clients: ['no network/99'] })
  expect(problems).toEqual([expect.stringContaining('DNS does not start')])
  expect(await front.apply(settings)).toMatchObject({ problems: [] })
  expect(lines.length).toBeLessThan(10)
}, 15_000)

import { expect, it } from 'vitest'
import { takeLines } from './read-lines.ts'

const streamOf = (...chunks: string[]) =>
  new ReadableStream<string>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })

it('takes the whole of a short text, however it is cut', async () => {
  expect(await takeLines(streamOf('head\nfi', 'rst\nsec', 'ond\n'), 10)).toEqual({
    lines: ['head', 'first', 'second'],
    complete: true,
  })
})

it('lets go of a long one', async () => {
  let pulled = 0
  const endless = new ReadableStream<string>({
    pull(controller) {
      pulled++
      controller.enqueue('line\n')
    },
  })
  const { lines, complete } = await takeLines(endless, 5)
  expect(lines).toHaveLength(5)
  expect(complete).toBe(false)
  expect(pulled).toBeLessThan(10)
})

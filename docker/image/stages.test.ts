import { expect, test } from 'vitest'
import { StageWatch, stageLine } from './stages.ts'

test('each stage is told once, with its own time and the time since power on, however the line is cut up', () => {
  let now = 1000
  const watch = new StageWatch(() => now)
  now = 3500
  expect(watch.feed('junk bauta: starting sl')).toEqual([])
  expect(watch.feed('ot a\r\n')).toEqual([{ name: 'firmware', seconds: 2.5, total: 2.5 }])
  now = 4000
  expect(watch.feed('bauta: first program runs\r\n').map(stageLine)).toEqual([
    '  kernel                    0.5 s      3.0 s',
  ])
  expect(watch.feed('bauta: first program runs\r\n')).toEqual([])
  expect([watch.has('kernel'), watch.has('admin page')]).toEqual([true, false])
})

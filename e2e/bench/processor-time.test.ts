import { expect, it } from 'vitest'
import { processorTimes, worked } from './processor-time.ts'

const stat = (idle: number, waiting: number, stolen: number) =>
  `cpu  100 1 50 ${idle} ${waiting} 3 4 ${stolen} 0 0
cpu0 50 0 25 ${idle / 2} 0 1 2 0 0 0
cpu1 50 1 25 ${idle / 2} 0 2 2 0 0 0
intr 123 0
ctxt 5
`

it('work is the time in which processors neither idled nor were taken away', () => {
  const before = processorTimes(stat(1000, 20, 10))
  expect(before).toEqual({ processors: 2, idle: 10.2, stolen: 0.1 })
  const after = processorTimes(stat(1250, 30, 20))
  // 2 processors for 2 s, less 2.6 s of idleness and 0.1 s stolen
  expect(worked(before, after, 2)).toBeCloseTo(1.3)
})

it('rounding of the idle time makes no negative work', () => {
  const before = processorTimes(stat(1000, 0, 0))
  expect(worked(before, processorTimes(stat(1202, 0, 0)), 1)).toBe(0)
})

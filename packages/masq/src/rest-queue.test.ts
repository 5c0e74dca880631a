import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PORTS_PER_PROTOCOL } from './layout.ts'
import { RestQueue } from './rest-queue.ts'

const PORTS = 8

function orderOf(queue: RestQueue): number[] {
  const order: number[] = []
  for (let port = queue.first; port >= 0; port = queue.after(port)) order.push(port)
  return order
}

it('wakes ports in the order of their release, wherever others were taken out, and after a restart too', () => {
  const step = fc.record({
    action: fc.constantFrom('add', 'add', 'add', 'remove', 'wake', 'restart'),
    port: fc.nat(PORTS - 1),
    wait: fc.integer({ min: 1, max: 40 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const until = new Float64Array(PORTS_PER_PROTOCOL)
      let queue = new RestQueue(until)
      let model: { port: number; until: number }[] = []
      let now = 0
      for (const { action, port, wait } of steps) {
        now += wait
        const rests = model.some((one) => one.port === port)
        if (action === 'add' && !rests) {
          queue.add(port, now + 100)
          model.push({ port, until: now + 100 })
        } else if (action === 'remove' && rests) {
          queue.remove(port)
          model = model.filter((one) => one.port !== port)
        } else if (action === 'wake') {
          const due = model[0] && model[0].until <= now ? model.shift()!.port : -1
          expect(queue.wake(now)).toBe(due)
        } else if (action === 'restart') {
          // Ports that are in use, or were, are told of: which those are is not known here but by the model.
          queue = new RestQueue(until)
          for (let one = 0; one < PORTS; one++)
            if (!model.some((resting) => resting.port === one)) queue.forgo(one)
          queue.rebuild()
        }
        expect(orderOf(queue)).toEqual(model.map((one) => one.port))
        for (let one = 0; one < PORTS; one++)
          expect(queue.has(one)).toBe(model.some((resting) => resting.port === one))
      }
    }),
    { numRuns: 60 },
  )
})

it('leaves out, when it is built anew, a port that turned out to be in use', () => {
  const until = new Float64Array(PORTS_PER_PROTOCOL)
  const before = new RestQueue(until)
  for (const port of [3, 1, 2]) before.add(port, 100 + port)
  const after = new RestQueue(until)
  after.forgo(3)
  after.rebuild()
  after.rebuild()
  expect(orderOf(after)).toEqual([1, 2])
})

it('keeps a rest that was broken off by a kill before anything used the port', () => {
  const until = new Float64Array(PORTS_PER_PROTOCOL)
  const before = new RestQueue(until)
  before.add(3, 100)
  before.remove(3)
  expect(before.has(3)).toBe(false)
  const after = new RestQueue(until)
  after.rebuild()
  expect([after.has(3), after.wake(99), after.wake(100)]).toEqual([true, -1, 3])
  after.rebuild()
  expect(after.has(3)).toBe(false)
})

/** Ways in: port forwarding (packages/control/src/forwards.ts), and those that programs ask for. */
import { type Forwards, faultsOf, forwardWords, markWords, triggerWords } from '@bauta/config'
import { forwardTestSchema } from '@bauta/control/schemas'
import { testTarget } from '../target-test.ts'
import { type CommandTaker, expectationRoutes, expectations } from './expectation-routes.ts'
import { HttpError, type Route } from './http.ts'

export function forwardRoutes(thread: CommandTaker): Route[] {
  return [
    {
      method: 'POST',
      path: /^\/v1\/forwards\/test$/,
      answer: async ({ body }) => {
        const parsed = forwardTestSchema.safeParse(await body())
        if (!parsed.success) throw new HttpError(422, 'nothing can be tested there', faultsOf(parsed.error))
        return { json: await testTarget(parsed.data) }
      },
    },
    ...expectationRoutes(expectations(thread)),
  ]
}

/** @param id of a forward or trigger @returns what let a connection in, in words */
export function forwardText({ list, triggers, marks }: Forwards, id: number): string {
  const forward = list.find((entry) => entry.id === id)
  if (forward) return `forward: ${forwardWords(forward)}`
  const trigger = triggers.find((entry) => entry.id === id)
  const marked = marks.find((entry) => entry.id === id)
  if (marked) return `forward: ${markWords(marked)}`
  return trigger ? `trigger: ${triggerWords(trigger)}` : `forward ${id} (deleted since)`
}

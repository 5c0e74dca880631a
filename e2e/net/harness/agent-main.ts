/** The process of an agent: does what the test asks, on the host that it was started on. */
import * as actions from './actions.ts'

const byName: Record<string, unknown> = { ...actions }

interface Request {
  id: number
  name: string
  argument: unknown
}

process.on('message', async ({ id, name, argument }: Request) => {
  try {
    const action = byName[name] as (argument: unknown) => unknown
    process.send!({ id, value: await action(argument) })
  } catch (error) {
    process.send!({ id, error: error instanceof Error ? error.message : String(error) })
  }
})
process.on('disconnect', () => process.exit())
process.send!({ id: 0 })

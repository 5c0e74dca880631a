/** A hand on a lab host: `agent.udpWhoami({…})` runs there and comes back with the result. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { Lab } from '../../lab/lab.ts'
import type { Host } from '../../lab/plan.ts'
import type * as actions from './actions.ts'

type Actions = typeof actions
type Name = {
  [K in keyof Actions]: Actions[K] extends (...args: never[]) => unknown ? K : never
}[keyof Actions]
export type Agent = {
  [K in Name]: (...args: Parameters<Actions[K]>) => Promise<Awaited<ReturnType<Actions[K]>>>
} & { stop(): Promise<void> }

interface Reply {
  id: number
  value?: unknown
  error?: string
}

const MAIN = path.join(import.meta.dirname, 'agent-main.ts')

export async function startAgent(lab: Lab, host: Host): Promise<Agent> {
  const child = lab.spawn(host, [process.execPath, MAIN], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  await once(child, 'message')
  const calls = new Calls(child)
  return new Proxy({} as Agent, {
    get: (_, name) => {
      if (name === 'stop') return () => calls.stop()
      // an agent handed through a promise must not look like one
      if (name === 'then') return undefined
      return (argument?: unknown) => calls.make(String(name), argument)
    },
  })
}

class Calls {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (reply: Reply) => void>()
  #next = 1

  constructor(child: ChildProcess) {
    this.#child = child
    child.on('message', (reply: Reply) => {
      this.#waiting.get(reply.id)?.(reply)
      this.#waiting.delete(reply.id)
    })
    child.on('exit', () => {
      for (const [id, settle] of this.#waiting) settle({ id, error: 'the agent ended' })
    })
  }

  make(name: string, argument: unknown): Promise<unknown> {
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ value, error }) =>
        error === undefined ? resolve(value) : reject(new Error(`${name}: ${error}`)),
      )
      this.#child.send({ id, name, argument })
    })
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return
    this.#child.disconnect()
    await once(this.#child, 'exit')
  }
}

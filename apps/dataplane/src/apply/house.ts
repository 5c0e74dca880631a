/** A box for tests of applies: everything that an Applier acts on, in memory. */
import { Bench, benchLinks, benchSnapshot } from '../path/bench.ts'
import { RuleSlots } from '../rule-slots.ts'
import type { CommandBody } from '../thread-protocol.ts'
import { Applier } from './apply.ts'

/** A packet thread without a thread, a door without a kernel, and a diary. */
export class House {
  readonly bench = new Bench()
  readonly diary: string[] = []
  /** Revisions that were in force whenever nothing was under way any more. */
  readonly settled: number[] = []
  readonly log: string[] = []
  /** Name servers of the line. */
  servers: readonly string[] = []
  /** The step that is to fail, once. */
  failing = ''
  /** What the service heard of the settings when it asked during its apply. */
  readonly heard: number[] = []
  readonly slots = new RuleSlots(this.bench.counters)
  readonly applier = new Applier({ revision: 1, snapshot: benchSnapshot() }, benchLinks(), this.slots, {
    send: async (command) => this.#send(command),
    attach: () => this.#step('attach'),
    services: [
      {
        name: 'DNS',
        nouns: ['dns', 'interfaces'],
        apply: async () => {
          this.heard.push(this.applier.aim.timeouts.udp)
          this.#step('dns')
          return ['DNS told']
        },
        daemons: () => [],
        stop: async () => {},
      },
    ],
    useOf: ({ internet }) => internet.use,
    save: ({ revision }) => this.#step(`save ${revision}`),
    table: () => this.bench.table,
    ticks: () => this.bench.now,
    settled: () => this.settled.push(this.applier.inForce.config.revision),
    servers: () => this.servers,
    zero: ({ slots }) => this.bench.counters.setAllToZero(slots.values()),
    log: (line) => this.log.push(line),
  })

  #step(name: string): void {
    this.diary.push(name)
    if (this.failing !== name.split(' ')[0]) return
    this.failing = ''
    throw new Error(`${name} failed`)
  }

  #send(command: CommandBody): { ended: number } {
    if (command.kind === 'configure') {
      this.#step(`configure ${command.config.revision}`)
      this.bench.path.configure(command.config)
      return { ended: 0 }
    }
    if (command.kind !== 'end') return { ended: 0 }
    this.#step('end')
    for (let i = 0; i < command.connections.length; i += 2)
      this.bench.masq.remove(command.connections[i]!, this.bench.now)
    return { ended: command.connections.length / 2 }
  }
}

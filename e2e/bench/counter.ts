/** Counts, and then drops, the packets that reach a device: where a bench's packets end, at no cost worth mentioning. */
import type { Lab } from '../lab/lab.ts'
import type { Host } from '../lab/plan.ts'

export class IngressCounter {
  readonly #lab: Lab
  readonly #host: Host

  /** @param match in the language of nft(8) */
  constructor(lab: Lab, host: Host, device: string, match: string) {
    this.#lab = lab
    this.#host = host
    const chain = `type filter hook ingress device "${device}" priority -500; ${match} counter name "seen" drop;`
    lab.run(
      host,
      ['nft', '-f', '-'],
      `table netdev bench {\n counter seen { }\n chain in {\n ${chain}\n }\n}\n`,
    )
  }

  read(): number {
    const said = JSON.parse(
      this.#lab.run(this.#host, ['nft', '-j', 'list', 'counters', 'table', 'netdev', 'bench']),
    )
    return said.nftables.find((entry: { counter?: unknown }) => entry.counter).counter.packets
  }

  remove(): void {
    this.#lab.run(this.#host, ['nft', 'delete', 'table', 'netdev', 'bench'])
  }
}

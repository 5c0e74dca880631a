/** Whether somebody needs a connection that is dialled on demand: a packet that finds no WAN, a question that finds no server. */
import { DROP } from './drop-reasons.ts'

export interface LineNeedsOptions {
  internet: { readonly awaited: boolean; need(): void }
  dns: { unmet(): number }
  /** By drop reason. */
  drops: Float64Array
}

export class LineNeeds {
  readonly #options: LineNeedsOptions
  #needs = 0

  constructor(options: LineNeedsOptions) {
    this.#options = options
  }

  look(): void {
    const { internet, dns, drops } = this.#options
    const needs = drops[DROP['no-wan']]! + drops[DROP['no-dns-server']]! + dns.unmet()
    if (internet.awaited && needs > this.#needs) internet.need()
    this.#needs = needs
  }
}

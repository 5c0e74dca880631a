/** What no page may do, whatever it shows: speak to anybody but the box, or complain on the console. */
import { type BrowserContext, expect } from '@playwright/test'

export class Guard {
  readonly #url: string
  readonly #expected: RegExp[] = []
  readonly #complaints: string[] = []
  readonly #strangers: string[] = []

  constructor(url: string) {
    this.#url = url
  }

  /** @param url of the box, where it is not the worker's own */
  watch(context: BrowserContext, box = this.#url): void {
    const { origin } = new URL(box)
    context.on('console', (message) => {
      if (message.type() === 'error') this.#complaints.push(`${message.text()} (${message.location().url})`)
    })
    context.on('weberror', (error) => this.#complaints.push(`uncaught: ${error.error().message}`))
    context.on('request', (request) => {
      const url = new URL(request.url())
      const own = url.origin === origin || url.protocol === 'data:' || url.protocol === 'blob:'
      if (!own) this.#strangers.push(request.url())
    })
  }

  /** Complaints that belong to the test: the browser itself writes each refused request on the console. */
  expect(...complaints: RegExp[]): void {
    this.#expected.push(...complaints)
  }

  judge(): void {
    expect(this.#strangers, 'requests to strangers').toEqual([])
    const unexpected = this.#complaints.filter((line) => !this.#expected.some((known) => known.test(line)))
    expect(unexpected, 'errors on the console').toEqual([])
  }
}

/** What the browser writes when the box refuses with this status. */
export const refused = (status: number): RegExp => new RegExp(`status of ${status}\\b`)
/** What it writes when the box does not answer. */
export const UNANSWERED =
  /net::ERR_(CONNECTION_REFUSED|EMPTY_RESPONSE|CONNECTION_RESET|INCOMPLETE_CHUNKED_ENCODING|SOCKET_NOT_CONNECTED)/

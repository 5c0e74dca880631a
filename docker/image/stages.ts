/** When a start reaches what: read off the serial line, in the time of whoever watches. */
export const STAGES = [
  { name: 'firmware', done: /bauta: starting slot/ },
  { name: 'kernel', done: /bauta: first program runs/ },
  { name: 'disk and data', done: /bauta: hands over to systemd/ },
  { name: 'systemd and dataplane', done: /bauta: the packet path is up/ },
  { name: 'admin page', done: /bauta: the admin page answers/ },
] as const
export type StageName = (typeof STAGES)[number]['name']

export class StageWatch {
  readonly #began: number
  readonly #now: () => number
  readonly #reached = new Map<StageName, number>()
  #text = ''

  constructor(now: () => number = Date.now) {
    this.#now = now
    this.#began = now()
  }

  /** @param chunk what the serial line brought @returns the stages that it ended */
  feed(chunk: string): { name: StageName; seconds: number; total: number }[] {
    this.#text += chunk
    const ended = STAGES.filter(({ name, done }) => !this.#reached.has(name) && done.test(this.#text)).map(
      ({ name }) => name,
    )
    return ended.map((name) => {
      const before = Math.max(this.#began, ...this.#reached.values())
      const at = this.#now()
      this.#reached.set(name, at)
      return { name, seconds: (at - before) / 1000, total: (at - this.#began) / 1000 }
    })
  }

  has(name: StageName): boolean {
    return this.#reached.has(name)
  }

  get text(): string {
    return this.#text
  }
}

export const stageLine = ({
  name,
  seconds,
  total,
}: {
  name: string
  seconds: number
  total: number
}): string => `  ${name.padEnd(22)} ${seconds.toFixed(1).padStart(6)} s   ${total.toFixed(1).padStart(6)} s`

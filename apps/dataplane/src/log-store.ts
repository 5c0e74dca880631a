/**
 * What the box says of itself: the dataplane's own lines and those of its daemons, the last 5,000 of them, in memory only. A flash
 * memory that is written with every line wears out; where the system keeps a journal, it gets every line by stderr too.
 *
 * A daemon that says the same again and again must not push out everything else: its line is counted instead (“… (17 times)”),
 * with the time of the last one, while nothing else of the same source came between.
 */
import type { LogLine, LogPage, LogQuery } from '@bauta/control/schemas'

const LINES = 5000
/** A line is for people; what is longer is data. */
const LONGEST = 600
/** `dnsmasq[812]: …`: who says it is known. */
const OWN_NAME = /^[\w-]+\[\d+\]: /
const LEVELS = ['info', 'warn', 'error'] as const
type Level = LogLine['level']

interface Kept extends LogLine {
  /** as it came, without the count */
  said: string
  times: number
}

export interface LogOptions {
  /** Gets every line that is not folded, with its source. */
  echo: (line: string) => void
  now?: () => number
  lines?: number
}

export class LogStore {
  readonly #echo: (line: string) => void
  readonly #now: () => number
  readonly #room: number
  /** Oldest first; the ring is a list that is cut in pieces, so that adding costs next to nothing. */
  #lines: Kept[] = []
  readonly #last = new Map<string, Kept>()
  #id = 0

  constructor({ echo, now = Date.now, lines = LINES }: LogOptions) {
    this.#echo = echo
    this.#now = now
    this.#room = lines
  }

  /** @returns a function that takes the lines of one source */
  of(source: string): (text: string, level?: Level) => void {
    return (text, level) => this.add(source, text, level)
  }

  /** @param level what is not told is guessed from the words */
  add(source: string, text: string, level: Level = levelOf(text)): void {
    const said = printable(text.replace(OWN_NAME, ''))
    if (said === '') return
    const last = this.#last.get(source)
    const at = this.#now()
    if (last && last.said === said && this.#holds(last)) {
      last.times++
      last.at = at
      last.text = `${said} (${last.times} times)`
      return
    }
    const line: Kept = { id: ++this.#id, at, source, level, text: said, said, times: 1 }
    this.#lines.push(line)
    this.#last.set(source, line)
    if (this.#lines.length >= this.#room + this.#room / 10) this.#lines = this.#lines.slice(-this.#room)
    this.#echo(source === 'dataplane' ? said : `${source}: ${said}`)
  }

  page({ before, source, level, q, limit }: LogQuery): LogPage {
    const worst = LEVELS.indexOf(level)
    const words = q.toLowerCase()
    const lines: LogLine[] = []
    const first = Math.max(0, this.#lines.length - this.#room)
    for (let i = this.#lines.length - 1; i >= first && lines.length < limit; i--) {
      const line = this.#lines[i]!
      if (before !== undefined && line.id >= before) continue
      if (source && line.source !== source) continue
      if (LEVELS.indexOf(line.level) < worst) continue
      if (words && !line.text.toLowerCase().includes(words)) continue
      const { id, at, text } = line
      lines.push({ id, at, source: line.source, level: line.level, text })
    }
    return { lines, sources: [...this.#last.keys()].sort() }
  }

  /** Whether a line is still among those that are kept. */
  #holds({ id }: Kept): boolean {
    return id > this.#id - this.#room
  }
}

/** One line, without what a terminal or a browser would do something with. */
function printable(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}

const WORSE: readonly (readonly [RegExp, Level])[] = [
  [/\b(error|fatal|failed|failure|cannot|could not|refused|denied|unable|panic|ended with)\b/i, 'error'],
  [/\b(warning|warn|possible|timed? ?out|retrying|lost|expired|ignored|deprecated)\b/i, 'warn'],
]

/** Daemons print levels each in its own way, or none. */
export function levelOf(text: string): Level {
  return WORSE.find(([words]) => words.test(text))?.[1] ?? 'info'
}

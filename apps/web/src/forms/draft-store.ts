/**
 * Drafts: edits that gather until somebody applies them.
 *
 * One draft per noun, the same for every component of the page, kept in sessionStorage: it survives a reload, another
 * page, and the end of the session (whose login leads back here). It belongs to the person who made it: after somebody
 * else logged in in the same tab it is not shown.
 *
 * A draft remembers what it was made from (`origin`, of revision `base`): so a save can be refused where somebody else
 * changed the same thing meanwhile, and what was changed here can be told from what was changed there.
 */
import { type Noun, nouns, type Snapshot } from '@bauta/config'

export interface Draft<N extends Noun = Noun> {
  readonly author: string
  readonly base: number
  readonly origin: Snapshot[N]
  /** May hold what the schema would refuse: text is kept as it was typed. */
  readonly value: Snapshot[N]
}

type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

const keyOf = (noun: Noun) => `bauta.draft.${noun}`

export class DraftStore {
  readonly #shelf: () => Shelf
  readonly #known = new Map<Noun, Draft | null>()
  readonly #watchers = new Set<() => void>()

  /** @param shelf asked for each time: a browser may forbid storage, which throws */
  constructor(shelf: () => Shelf) {
    this.#shelf = shelf
  }

  read<N extends Noun>(noun: N): Draft<N> | null {
    if (!this.#known.has(noun)) this.#known.set(noun, this.#load(noun))
    return (this.#known.get(noun) ?? null) as Draft<N> | null
  }

  write<N extends Noun>(noun: N, draft: Draft<N> | null): void {
    this.#known.set(noun, draft as Draft | null)
    try {
      if (draft) this.#shelf().setItem(keyOf(noun), JSON.stringify(draft))
      else this.#shelf().removeItem(keyOf(noun))
    } catch {
      // No storage, or it is full: the draft lives as long as the page.
    }
    for (const watcher of this.#watchers) watcher()
  }

  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** A draft of another version of this program has another shape: its origin tells, and then it is left alone. */
  #load(noun: Noun): Draft | null {
    try {
      const draft = JSON.parse(this.#shelf().getItem(keyOf(noun)) ?? 'null') as Draft | null
      if (!draft || !Number.isInteger(draft.base) || typeof draft.author !== 'string') return null
      return nouns[noun].safeParse(draft.origin).success && typeof draft.value === 'object' ? draft : null
    } catch {
      return null
    }
  }
}

export const drafts = new DraftStore(() => sessionStorage)

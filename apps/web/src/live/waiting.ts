/**
 * A change that this browser made and that waits to be kept. In sessionStorage, so that a reload does not forget it; the time that is left
 * counts by this browser's own clock from the moment the box said it, because the two clocks may differ.
 */
import type { Pending } from '@bauta/control/schemas'

export interface Waiting {
  revision: number
  /** ms of this browser's clock */
  endsAt: number
  /** Where the box is to be reached from now on, when that changed. */
  at: string | null
  code: string
}

const KEY = 'bauta.waiting'
let found: Waiting | null | undefined
const watchers = new Set<() => void>()

function put(next: Waiting | null): void {
  found = next
  try {
    if (next) sessionStorage.setItem(KEY, JSON.stringify(next))
    else sessionStorage.removeItem(KEY)
  } catch {
    // No storage: it lives as long as the page.
  }
  for (const watcher of watchers) watcher()
}

function load(): Waiting | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Waiting | null
    return kept && Number.isInteger(kept.revision) && typeof kept.endsAt === 'number' ? kept : null
  } catch {
    return null
  }
}

export const waiting = {
  read: (): Waiting | null => {
    if (found === undefined) found = load()
    return found
  },
  begin: ({ revision, since, until, at, code }: Pending & Pick<Waiting, 'at' | 'code'>) =>
    put({ revision, endsAt: Date.now() + (until - since), at, code }),
  end: () => put(null),
  watch: (watcher: () => void): (() => void) => {
    watchers.add(watcher)
    return () => watchers.delete(watcher)
  },
}

/** The address of the page that keeps the change, at the box's new address. */
export const keepLink = ({ at, revision, code }: Waiting, port: string): string =>
  `http://${at}${port ? `:${port}` : ''}/keep#${revision}.${code}`

/** What such an address says; null where it is none. */
export function readKeepLink(hash: string): { revision: number; code: string } | null {
  const parts = /^#(\d{1,9})\.([\w-]{20,100})$/.exec(hash)
  return parts && { revision: Number(parts[1]), code: parts[2]! }
}

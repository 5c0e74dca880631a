/** Toasts are state, not markup: anything may raise one, `ToastArea` shows them. At most three at a time, the oldest goes. */

export interface Toast {
  readonly id: number
  readonly tone: 'good' | 'bad' | 'plain'
  readonly title: string
  readonly detail: string
  /** One thing to do about it, such as Undo. */
  readonly action: { label: string; run: () => void } | undefined
}

const MOST = 3
let toasts: readonly Toast[] = []
let nextId = 1
const watchers = new Set<() => void>()

function publish(next: readonly Toast[]): void {
  toasts = next
  for (const watcher of watchers) watcher()
}

function raise(tone: Toast['tone'], title: string, detail = '', action?: Toast['action']): number {
  const id = nextId++
  publish([...toasts, { id, tone, title, detail, action }].slice(-MOST))
  return id
}

export const toast = {
  success: (title: string, detail?: string, action?: Toast['action']) => raise('good', title, detail, action),
  error: (title: string, detail?: string, action?: Toast['action']) => raise('bad', title, detail, action),
  note: (title: string, detail?: string, action?: Toast['action']) => raise('plain', title, detail, action),
  dismiss: (id: number) => publish(toasts.filter((entry) => entry.id !== id)),
}

export const readToasts = (): readonly Toast[] => toasts
export function watchToasts(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

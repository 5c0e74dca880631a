'use client'

/** A choice of this browser, kept in localStorage where that is allowed, and the same in every tab. */
import { useCallback, useSyncExternalStore } from 'react'

const watchers = new Set<() => void>()
const memory = new Map<string, string>()

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return memory.get(key) ?? null
  }
}

function write(key: string, value: string): void {
  memory.set(key, value)
  try {
    localStorage.setItem(key, value)
  } catch {
    // Kept for this page only.
  }
  for (const watcher of watchers) watcher()
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  window.addEventListener('storage', watcher)
  return () => {
    watchers.delete(watcher)
    window.removeEventListener('storage', watcher)
  }
}

export function usePreference<T extends string>(key: string, values: readonly T[], fallback: T) {
  const stored = useSyncExternalStore(
    watch,
    () => read(key),
    () => null,
  )
  const value = values.find((entry) => entry === stored) ?? fallback
  const set = useCallback((next: T) => write(key, next), [key])
  return [value, set] as const
}

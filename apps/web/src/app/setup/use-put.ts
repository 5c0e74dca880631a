'use client'

import type { Noun, Snapshot } from '@bauta/config'
import { useQueryClient } from '@tanstack/react-query'
import { api } from '../../live/api.ts'
import { SETTINGS_KEY } from '../../live/settings.ts'

interface Stored {
  revision: { number: number }
  snapshot: Snapshot
}

/**
 * Saves one noun as the pages do, by a revision of its own, made from what is stored at this moment.
 * @returns the value that is in force. Throws an ApiError with the faults.
 */
export function usePut() {
  const client = useQueryClient()
  return async <N extends Noun>(noun: N, edit: (value: Snapshot[N]) => Snapshot[N]): Promise<Snapshot[N]> => {
    const { revision, snapshot } = await api.get<Stored>('/api/settings')
    const value = edit(snapshot[noun])
    if (JSON.stringify(value) === JSON.stringify(snapshot[noun])) return value
    await api.put(`/api/settings/${noun}`, { base: revision.number, value })
    await client.invalidateQueries({ queryKey: SETTINGS_KEY })
    return value
  }
}

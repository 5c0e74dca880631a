'use client'

/**
 * Settings: read one noun, save one noun.
 *
 * A save names the revision it was made from. When somebody else saved in between the box answers 409 and changes
 * nothing; `conflict` then holds their value and the difference, and the page decides with the person
 * (`ConflictDialog`): take theirs, or save once more on top of theirs.
 */
import type { Fault, Noun, Snapshot } from '@bauta/config'
import type { Pending } from '@bauta/control/schemas'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from '../ui/toast-store.ts'
import { ApiError, api } from './api.ts'
import { useSession } from './session.ts'
import { waiting } from './waiting.ts'

export interface Revision {
  number: number
  author: string
  at: number
  summary: string[]
}

interface SettingsReply {
  revision: Revision
  snapshot: Snapshot
}

export interface SaveReply {
  revision: number
  /** What was done, in words. */
  actions: string[]
  /** Live connections cut because their verdict changed. */
  cut: number
  summary: string[]
  /** The box goes back by itself unless this is kept in time. */
  pending?: Pending | null
  /** Opens the box at its new address. */
  code?: string
  at?: string | null
}

export interface Conflict<N extends Noun> {
  message: string
  current: { revision: number; author: string; at: number; value: Snapshot[N] }
  diff: string[]
}

export const SETTINGS_KEY = ['settings'] as const
export const REVISIONS_KEY = ['revisions'] as const

const readSettings = () => api.get<SettingsReply>('/api/settings')

/** The stored value of one noun and the revision it belongs to. */
export function useSettings<N extends Noun>(noun: N) {
  const enabled = useSession().data?.state === 'in'
  const query = useQuery({ queryKey: SETTINGS_KEY, queryFn: readSettings, enabled })
  return {
    value: query.data?.snapshot[noun] as Snapshot[N] | undefined,
    snapshot: query.data?.snapshot,
    revision: query.data?.revision,
    loading: query.isPending,
    error: query.error,
    refetch: query.refetch,
  }
}

export interface SaveOptions {
  /** The revision the form was filled from; without it, the newest one this page knows. */
  base?: number
  /** Asks the box to go back by itself unless the change is confirmed within so many seconds. */
  confirm?: number
}

/** What went wrong in the last save, ready to be shown; null: nothing. */
export interface SaveFailure {
  message: string
  faults: readonly Fault[]
}

export function useSave<N extends Noun>(noun: N) {
  const client = useQueryClient()
  const [conflict, setConflict] = useState<Conflict<N> | null>(null)
  const [failure, setFailure] = useState<SaveFailure | null>(null)

  const known = () => client.getQueryData<SettingsReply>(SETTINGS_KEY)?.revision.number ?? 0
  const body = (value: Snapshot[N], { base, confirm }: SaveOptions) => ({
    base: base ?? known(),
    value,
    ...(confirm === undefined ? {} : { confirm }),
  })

  const mutation = useMutation({
    mutationFn: ({ value, options }: { value: Snapshot[N]; options: SaveOptions }) =>
      api.put<SaveReply>(`/api/settings/${noun}`, body(value, options)),
  })

  /** @returns the answer, or null where the save was refused (then `conflict` or `failure` says why) */
  const save = async (value: Snapshot[N], options: SaveOptions = {}): Promise<SaveReply | null> => {
    setFailure(null)
    setConflict(null)
    try {
      const reply = await mutation.mutateAsync({ value, options })
      await client.invalidateQueries({ queryKey: SETTINGS_KEY })
      void client.invalidateQueries({ queryKey: REVISIONS_KEY })
      if (reply.pending) waiting.begin({ ...reply.pending, at: reply.at ?? null, code: reply.code ?? '' })
      toast.success(savedTitle(reply), savedDetail(reply))
      return reply
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.status === 409) setConflict(error.body as unknown as Conflict<N>)
      else setFailure({ message: error.message, faults: error.faults })
      return null
    }
  }

  /** What saving would do, in words; changes nothing. Throws an ApiError with the faults where it would be refused. */
  const check = (value: Snapshot[N], options: SaveOptions = {}) =>
    api.post<Omit<SaveReply, 'revision'>>(`/api/settings/${noun}/check`, body(value, options))

  /** Forgets the conflict and reads the other's settings anew. */
  const takeTheirs = async () => {
    setConflict(null)
    await client.invalidateQueries({ queryKey: SETTINGS_KEY })
  }

  return {
    save,
    check,
    saving: mutation.isPending,
    conflict,
    takeTheirs,
    dismissConflict: () => setConflict(null),
    failure,
    clearFailure: () => setFailure(null),
  }
}

function savedTitle(reply: SaveReply): string {
  return `Saved and applied: revision ${reply.revision}`
}

function savedDetail({ summary, cut }: SaveReply): string {
  const parts = summary.slice(0, 3)
  if (summary.length > 3) parts.push(`and ${summary.length - 3} more`)
  if (cut > 0) parts.push(cut === 1 ? '1 live connection was cut' : `${cut} live connections were cut`)
  return parts.join(' · ')
}

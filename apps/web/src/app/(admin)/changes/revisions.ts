'use client'

import type { Noun, Snapshot } from '@bauta/config'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api } from '../../../live/api.ts'
import { useSession } from '../../../live/session.ts'
import { REVISIONS_KEY } from '../../../live/settings.ts'

export interface RevisionHead {
  number: number
  author: string
  at: number
  noun: Noun | 'all'
  summary: string[]
}
export interface Revision extends RevisionHead {
  snapshot: Snapshot
  /** Against the one before. */
  diff: string[]
}

const PAGE = 30

/** The history, newest first, a page at a time. */
export function useRevisions() {
  const enabled = useSession().data?.state === 'in'
  return useInfiniteQuery({
    queryKey: [...REVISIONS_KEY, 'list'],
    queryFn: ({ pageParam, signal }) =>
      api.get<{ revisions: RevisionHead[] }>(
        `/api/revisions?limit=${PAGE}${pageParam === null ? '' : `&before=${pageParam}`}`,
        signal,
      ),
    initialPageParam: null as number | null,
    getNextPageParam: ({ revisions }) => {
      const oldest = revisions.at(-1)
      return revisions.length === PAGE && oldest && oldest.number > 1 ? oldest.number : undefined
    },
    enabled,
  })
}

/** One revision; it never changes. @param number null: none */
export function useRevision(number: number | null) {
  const enabled = useSession().data?.state === 'in' && number !== null && number >= 1
  return useQuery({
    queryKey: ['revision', number],
    queryFn: ({ signal }) => api.get<Revision>(`/api/revisions/${number}`, signal),
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

'use client'

import type { CheckReply } from '@bauta/control/schemas'
import { useMutation } from '@tanstack/react-query'
import { api } from '../live/api.ts'

/** “Is it me?”: asked when somebody wants to know, never by itself. */
export function useCheck() {
  const { data, error, isPending, mutate } = useMutation({
    mutationFn: () => api.post<CheckReply>('/api/internet/check'),
  })
  return { steps: data?.steps ?? null, error, asking: isPending, ask: () => mutate() }
}

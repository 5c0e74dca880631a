'use client'

import type { SystemStatus } from '@bauta/control/schemas'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../../live/api.ts'
import { useSession } from '../../../live/session.ts'

/** Every two seconds while the page is in view; one question at a time. */
export function useSystem() {
  const enabled = useSession().data?.state === 'in'
  return useQuery({
    queryKey: ['system'],
    queryFn: ({ signal }) => api.get<SystemStatus>('/api/system', signal),
    enabled,
    refetchInterval: 2000,
    staleTime: 0,
  })
}

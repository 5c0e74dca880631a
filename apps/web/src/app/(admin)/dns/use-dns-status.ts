'use client'

import type { DnsStatus } from '@bauta/control/schemas'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../../live/api.ts'
import { useSession } from '../../../live/session.ts'

/** Every two seconds while the page is in view; one question at a time. */
export function useDnsStatus() {
  const enabled = useSession().data?.state === 'in'
  return useQuery({
    queryKey: ['dns'],
    queryFn: ({ signal }) => api.get<DnsStatus>('/api/dns', signal),
    enabled,
    refetchInterval: 2000,
    staleTime: 0,
  })
}

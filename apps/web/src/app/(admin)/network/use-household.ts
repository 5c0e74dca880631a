'use client'

import type { DialinStatus, LanStatus, PortList, ShapingStatus, TimeStatus } from '@bauta/control/schemas'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../../live/api.ts'
import { useSession } from '../../../live/session.ts'

/** Every two seconds while the page is in view; one question at a time. */
function useAsked<T>(key: 'lan' | 'ports' | 'time' | 'shaping' | 'dialin') {
  const enabled = useSession().data?.state === 'in'
  return useQuery({
    queryKey: [key],
    queryFn: ({ signal }) => api.get<T>(`/api/${key}`, signal),
    enabled,
    refetchInterval: 2000,
    staleTime: 0,
  })
}

export const useLan = () => useAsked<LanStatus>('lan')
export const usePorts = () => useAsked<PortList>('ports')
export const useTime = () => useAsked<TimeStatus>('time')
export const useDialin = () => useAsked<DialinStatus>('dialin')
export const useShaping = () => useAsked<ShapingStatus>('shaping')

'use client'

import type { DeviceList } from '@bauta/control/schemas'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../../live/api.ts'
import { useSession } from '../../../live/session.ts'

/** Id of the list of known machines, offered where an address is asked for. */
export const MACHINES = 'known-machines'

export function Machines() {
  const enabled = useSession().data?.state === 'in'
  const { data } = useQuery({
    queryKey: ['devices', 'known'],
    queryFn: ({ signal }) => api.get<DeviceList>('/api/devices', signal),
    enabled,
  })
  return (
    <datalist id={MACHINES}>
      {data?.devices.map(({ id, address, name }) => (
        <option key={id} value={address}>
          {name ?? address}
        </option>
      ))}
    </datalist>
  )
}

import { NO_DHCP } from '@bauta/config'
import { expect, it } from 'vitest'
import { rename, reserve } from './reservations.ts'

const MAC = '3c:22:fb:10:20:11'

it('a lease becomes a reservation, and the name stays', () => {
  const named = rename(NO_DHCP, MAC, 'laptop')
  expect(named.reservations).toEqual([{ mac: MAC, address: null, name: 'laptop' }])
  const reserved = reserve(named, { mac: MAC, address: '192.168.77.110' })
  expect(reserved.reservations).toEqual([{ mac: MAC, address: '192.168.77.110', name: 'laptop' }])
  expect(NO_DHCP.reservations).toEqual([])
})

it('a machine without name and address is unknown again; with an address it stays known', () => {
  expect(rename(rename(NO_DHCP, MAC, 'laptop'), MAC, '').reservations).toEqual([])
  const reserved = reserve(NO_DHCP, { mac: MAC, address: '192.168.77.110' })
  expect(rename(reserved, MAC, '').reservations).toHaveLength(1)
})

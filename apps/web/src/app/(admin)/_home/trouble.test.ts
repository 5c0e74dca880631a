import type { Status } from '@bauta/control/schemas'
import { expect, it } from 'vitest'
import { troubleOf } from './trouble.ts'

type Device = Status['interfaces'][number]
const status = (online: boolean, wan: Partial<Status['wan']>, devices: Partial<Device>[] = []): Status =>
  ({ online, wan: { interface: null, address: null, gateway: null, ...wan }, interfaces: devices }) as Status

it('names the first thing that is missing, from the box outwards', () => {
  expect(troubleOf(status(true, {}))).toBeNull()
  expect(troubleOf(status(false, {}))?.title).toBe('No WAN')
  expect(troubleOf(status(false, { interface: 'ppp0' }))?.title).toBe('No line')
  const wan0 = (state: Device['state']): Partial<Device> => ({ name: 'wan0', state })
  expect(troubleOf(status(false, { interface: 'wan0' }, [wan0('absent')]))?.title).toBe('No line')
  expect(troubleOf(status(false, { interface: 'wan0' }, [wan0('down')]))?.title).toBe('No signal')
  expect(troubleOf(status(false, { interface: 'wan0' }, [wan0('up')]))?.title).toBe('No address')
  const numbered = { interface: 'wan0', address: '203.0.113.24' }
  expect(troubleOf(status(false, numbered, [wan0('up')]))?.title).toBe('Offline')
})

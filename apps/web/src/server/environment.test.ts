import { expect, it } from 'vitest'
import { readEnvironment } from './environment.ts'

it('reads what is there, and stands on its own without', () => {
  expect(readEnvironment({})).toEqual({
    database: '/var/lib/bauta/settings.db',
    dataplane: '/run/bauta/dataplane.sock',
    commands: null,
    port: 80,
    host: '0.0.0.0',
    hosts: [],
  })
  expect(readEnvironment({ PORT: '0', HOST: '::1', BAUTA_HOSTS: ' Gate.example ,,b' })).toMatchObject({
    port: 0,
    host: '::1',
    hosts: ['gate.example', 'b'],
  })
  expect(() => readEnvironment({ PORT: 'http' })).toThrow(/PORT is “http”/)
})

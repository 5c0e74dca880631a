import { expect, it } from 'vitest'
import { parseNeighbours } from './neighbours.ts'

it('reads neighbours as the kernel prints them, without those that do not answer', () => {
  const text = JSON.stringify([
    { dst: '192.168.77.11', dev: 'br-lan', lladdr: '02:00:00:00:00:0b', state: ['REACHABLE'] },
    { dst: '192.168.77.12', dev: 'br-lan', lladdr: '02:00:00:00:00:0c', state: ['STALE'] },
    { dst: '192.168.77.13', dev: 'br-lan', state: ['INCOMPLETE'] },
    { dst: '192.168.77.14', dev: 'br-lan', lladdr: '02:00:00:00:00:0e', state: ['FAILED'] },
    { dst: 'fe80::1', dev: 'br-lan', lladdr: '02:00:00:00:00:0f', state: ['STALE'] },
  ])
  expect(parseNeighbours(text)).toEqual([
    { address: '192.168.77.11', mac: '02:00:00:00:00:0b', device: 'br-lan', reachable: true },
    { address: '192.168.77.12', mac: '02:00:00:00:00:0c', device: 'br-lan', reachable: false },
  ])
  expect(parseNeighbours('')).toEqual([])
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LeaseFile, parseLeases } from './dhcp-leases.ts'

const FILE = `1795708684 3c:22:fb:10:20:30 192.168.77.20 tv 01:3c:22:fb:10:20:30
1795708690 06-3C:22:FB:10:20:31 192.168.77.21 * *
`
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bauta-leases-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

it('reads what dnsmasq writes', () => {
  expect(parseLeases(FILE)).toEqual([
    {
      address: '192.168.77.20',
      mac: '3c:22:fb:10:20:30',
      hostname: 'tv',
      clientId: '01:3c:22:fb:10:20:30',
      expiresAt: 1795708684000,
    },
    {
      address: '192.168.77.21',
      mac: '3c:22:fb:10:20:31',
      hostname: null,
      clientId: null,
      expiresAt: 1795708690000,
    },
  ])
})

it('passes over what is no whole line, at whatever byte the text ends', () => {
  for (let end = 0; end <= FILE.length; end++)
    for (const lease of parseLeases(FILE.slice(0, end)))
      expect(['192.168.77.20', '192.168.77.21']).toContain(lease.address)
  expect(parseLeases('duid 00:01:00:01\n')).toEqual([])
})

it('leaves out what ran out', () => {
  const file = join(dir, 'leases')
  writeFileSync(file, FILE)
  const leases = new LeaseFile(file)
  expect(leases.current(1795708684000).map(({ address }) => address)).toEqual(['192.168.77.21'])
})

it('tells at once when the file changes, and has none while there is no file', async () => {
  const file = join(dir, 'leases')
  const leases = new LeaseFile(file)
  expect(leases.current(0)).toEqual([])
  leases.start()
  const told = new Promise<number>((resolve) => leases.once('change', () => resolve(performance.now())))
  const began = performance.now()
  writeFileSync(file, FILE)
  expect((await told) - began).toBeLessThan(500)
  leases.stop()
  expect(leases.current(0)).toHaveLength(2)
})

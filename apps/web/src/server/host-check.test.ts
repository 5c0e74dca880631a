import { describe, expect, it, vi } from 'vitest'
import { hostOf } from './host-check.ts'
import { openBench } from './testing.ts'

describe('the Host header', () => {
  it.each([
    ['192.168.77.1', 'of the LAN side'],
    ['192.168.77.1:8080', 'with a port'],
    ['203.0.113.24', 'of the WAN side'],
    ['127.0.0.1:34411', 'forwarded'],
    ['localhost:3000', 'local'],
    ['[::1]:3000', 'local, IPv6'],
    ['bauta', 'the product'],
    ['Bauta.home.arpa.', 'the product in the local domain'],
    ['bauta.lan', 'the product, whatever the local domain is called'],
    ['home.arpa', 'the local domain itself'],
    ['router.test', 'from BAUTA_HOSTS'],
  ])('%s passes (%s)', async (host) => {
    await using bench = await openBench()
    expect(await bench.services.hosts.allows(host)).toBe(true)
  })
  it.each([
    'evil.example',
    '192.168.77.99',
    'bauta.evil.example',
    'evil.lan',
    '',
    undefined,
    'a b',
    'user@192.168.77.1',
    '192.168.77.1/x',
  ])('%s does not pass', async (host) => {
    await using bench = await openBench()
    expect(await bench.services.hosts.allows(host)).toBe(false)
  })
  it('costs no look at all the settings, which nobody must be logged in for', async () => {
    await using bench = await openBench()
    await bench.services.hosts.allows('evil.example')
    const reading = vi.spyOn(bench.services.db, 'read')
    for (let i = 0; i < 5; i++) expect(await bench.services.hosts.allows('evil.example')).toBe(false)
    expect(reading).not.toHaveBeenCalled()
  })
  it('of the box’s own name passes, as the household chose it', async () => {
    await using bench = await openBench()
    const { snapshot } = await bench.services.history.current()
    const value = { ...snapshot.lan, name: 'Attic' }
    expect(await bench.services.hosts.allows('attic')).toBe(false)
    await bench.services.settings.save('anna', { noun: 'lan', base: 1, value })
    for (const host of ['attic', 'attic.home.arpa', 'Attic:80'])
      expect(await bench.services.hosts.allows(host)).toBe(true)
    expect(await bench.services.hosts.allows('attic.evil.example')).toBe(false)
  })
  it('of a local name passes while the name points here', async () => {
    await using bench = await openBench()
    const { snapshot } = await bench.services.history.current()
    const hosts = [
      { name: 'gate', address: '192.168.77.1' },
      { name: 'nas', address: '192.168.77.9' },
    ]
    const value = { ...snapshot.dns, hosts }
    await bench.services.settings.save('anna', { noun: 'dns', base: 1, value })
    expect(await bench.services.hosts.allows('gate.home.arpa')).toBe(true)
    expect(await bench.services.hosts.allows('nas')).toBe(false)
  })
  it('of the box’s own name passes, alone and in the domain of the household, and no other does', async () => {
    await using bench = await openBench()
    const { snapshot } = await bench.services.history.current()
    const lan = { ...snapshot.lan, name: 'Gatehouse' }
    await bench.services.settings.save('anna', { noun: 'lan', base: 1, value: lan })
    const dns = { ...snapshot.dns, localDomain: 'house.example' }
    await bench.services.settings.save('anna', { noun: 'dns', base: 2, value: dns })
    for (const host of ['gatehouse', 'gatehouse.house.example', 'house.example', 'bauta.house.example'])
      expect(await bench.services.hosts.allows(host), host).toBe(true)
    for (const host of ['gatehouse.evil.example', 'evilhouse.example', 'nas.house.example', 'x.bauta.lan'])
      expect(await bench.services.hosts.allows(host), host).toBe(false)
  })
  it('is read without port, brackets and final dot', () => {
    expect(['A.b.:80', '[FE80::1]:1', 'x:', ':80', '[::1'].map(hostOf)).toEqual([
      'a.b',
      'fe80::1',
      null,
      null,
      null,
    ])
  })
})

describe('who is of the household', () => {
  it('is told by the networks of the LAN interfaces', async () => {
    await using bench = await openBench()
    const isLan = (peer: string) => bench.services.neighbourhood.isLan(peer)
    expect(await isLan('192.168.77.200')).toBe(true)
    expect(await isLan('::ffff:192.168.77.200')).toBe(true)
    expect(await isLan('127.0.0.1')).toBe(true)
    for (const peer of ['192.168.78.1', '203.0.113.24', '8.8.8.8', '', 'fe80::1'])
      expect(await isLan(peer)).toBe(false)
  })
  it('is still known when the dataplane went away', async () => {
    await using bench = await openBench()
    expect(await bench.services.neighbourhood.isLan('192.168.77.11')).toBe(true)
    await bench.dataplane.close()
    expect(await bench.services.neighbourhood.isLan('192.168.77.11')).toBe(true)
  })
})

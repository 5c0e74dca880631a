import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultSnapshot } from '@bauta/config'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DnsService } from './dns.ts'

const { PATH } = process.env
let runDir: string
beforeEach(() => {
  runDir = mkdtempSync(join(tmpdir(), 'bauta-dns-'))
  process.env.PATH = runDir
})
afterEach(() => {
  process.env.PATH = PATH
  rmSync(runDir, { recursive: true })
})

test('a dnsmasq that is not there is what the status says, and not that somebody switched it off', async () => {
  const { dns } = defaultSnapshot()
  const context = {
    lanInterfaces: ['lan0'],
    listenAddresses: ['192.168.77.1'],
    clients: ['192.168.77.0/24'],
    providerServers: [],
    boxName: 'bauta',
    timeServers: [],
    leases: [],
  }
  const service = new DnsService({ runDir, stateDir: runDir, authorities: '/none', log: () => {} })
  await expect(service.apply(dns, context)).rejects.toThrow(/dnsmasq is not installed/)
  expect(await service.status()).toMatchObject({
    running: false,
    problem: expect.stringMatching(/installed/),
  })
  await service.apply({ ...dns, enabled: false }, context)
  expect(await service.status()).toMatchObject({ problem: 'DNS forwarding is switched off' })
})

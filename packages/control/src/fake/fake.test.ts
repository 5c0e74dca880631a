/** The stand-in answers every address of the home network and the machine in the form that the client expects. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultSnapshot } from '@bauta/config'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DataplaneClient, DataplaneRefusal } from '../client.ts'
import { type FakeDataplane, startFakeDataplane } from './dataplane.ts'

let folder: string
let fake: FakeDataplane
let client: DataplaneClient
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bauta-fake-'))
  const socket = join(folder, 's')
  const snapshot = defaultSnapshot([{ name: 'lan0', role: 'lan' }])
  snapshot.dhcp.enabled = true
  fake = await startFakeDataplane({ socket, snapshot })
  client = new DataplaneClient(socket)
})
afterEach(async () => {
  await fake.close()
  rmSync(folder, { recursive: true })
})

test('ports, leases and devices are one household', async () => {
  const [{ ports }, lan, { devices }] = await Promise.all([client.ports(), client.lan(), client.devices()])
  expect(ports.find(({ name }) => name === 'lan0')).toMatchObject({ role: 'lan', carrier: true })
  expect(lan.address).toBe('192.168.77.1/24')
  const [lease] = lan.dhcp.leases
  expect(devices.find(({ mac }) => mac === lease!.mac)).toMatchObject({ address: lease!.address })
  expect(await client.endLease(lease!.address)).toBe(true)
  expect(await client.endLease(lease!.address)).toBe(false)
  expect((await client.time()).running).toBe(false)
  expect((await client.shaping()).state).toBe('off')
  expect(await client.dialin()).toEqual({ lines: [] })
})

test('the machine and its log, page by page', async () => {
  expect(await client.system()).toMatchObject({ kind: 'appliance', slot: 'a' })
  const { lines, sources } = await client.log({ limit: 3 })
  expect(lines).toHaveLength(3)
  expect(sources).toContain('dnsmasq')
  const older = await client.log({ limit: 3, before: lines[2]!.id })
  expect(older.lines[0]!.id).toBe(lines[2]!.id - 1)
  expect((await client.log({ level: 'error' })).lines.map(({ source }) => source)).toEqual(['pppd'])
})

test('only an appliance starts again', async () => {
  await client.reboot()
  expect(fake.system.power).toEqual(['reboot'])
  fake.system.kind = 'guest'
  await expect(client.factoryReset()).rejects.toThrow(DataplaneRefusal)
})

test('what nobody confirms goes back', async () => {
  const { snapshot } = await client.settings()
  const wanted = { ...snapshot, timeouts: { ...snapshot.timeouts, udp: 33 } }
  await client.apply({ revision: 7, snapshot: wanted, confirmSeconds: 60 })
  expect((await client.settings()).pending).toMatchObject({ revision: 7 })
  fake.goBack('time')
  expect(await client.settings()).toMatchObject({ snapshot, pending: null, wentBack: { revision: 7 } })
  await client.apply({ revision: 8, snapshot: wanted, confirmSeconds: 60 })
  expect(await client.confirm({ revision: 8, keep: true })).toMatchObject({ revision: 8, pending: null })
  await expect(client.confirm({ revision: 8, keep: true })).rejects.toThrow(DataplaneRefusal)
})

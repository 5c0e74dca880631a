import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import type http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DataplaneClient, DataplaneRefusal } from '@bauta/control'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LogStore } from '../log-store.ts'
import { machineStatus } from '../machine.ts'
import { Power } from '../power.ts'
import { serve } from './server.ts'
import { systemRoutes } from './system-routes.ts'

const folder = mkdtempSync(join(tmpdir(), 'bauta-system-'))
const client = new DataplaneClient(join(folder, 's'))
const logs = new LogStore({ echo: () => undefined })
let appliance = true
let restarts = 0
let server: http.Server

beforeAll(async () => {
  const stateDir = join(folder, 'data/state')
  mkdirSync(stateDir, { recursive: true })
  const powerOf = (ours: boolean) =>
    new Power({ appliance: ours, stateDir, log: () => undefined, restart: async () => void restarts++ })
  const power = {
    reboot: () => powerOf(appliance).reboot(),
    factoryReset: () => powerOf(appliance).factoryReset(),
  }
  server = await serve(
    join(folder, 's'),
    systemRoutes({
      logs,
      power: power as Power,
      system: () => ({ version: '0', kind: 'guest', now: 1, daemons: [], ...machineStatus(stateDir) }),
    }),
    () => undefined,
  )
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

test('the machine and its log, as the client reads them', async () => {
  expect(await client.system()).toMatchObject({ kind: 'guest', disk: { writable: true } })
  logs.add('dnsmasq', 'started')
  logs.add('pppd', 'CHAP authentication failed')
  expect((await client.log({ level: 'error' })).lines).toMatchObject([{ source: 'pppd', level: 'error' }])
  expect((await client.raw('GET', '/v1/system/log?limit=100000')).status).toBe(400)
})

test('a guest says why it does not restart the machine', async () => {
  appliance = false
  const refusal = await client.reboot().catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(DataplaneRefusal)
  expect(refusal).toMatchObject({ status: 409, message: expect.stringContaining('guest on this machine') })
  appliance = true
})

test('a factory reset that cannot be written down does not restart the machine', async () => {
  rmSync(join(folder, 'data'), { recursive: true })
  await expect(client.factoryReset()).rejects.toThrow('The box could not do that')
  expect(restarts).toBe(0)
})

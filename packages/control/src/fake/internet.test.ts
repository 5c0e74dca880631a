import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applianceSnapshot, defaultSnapshot, type Snapshot } from '@bauta/config'
import { expect, it } from 'vitest'
import { DataplaneClient, DataplaneRefusal } from '../client.ts'
import { startFakeDataplane } from './dataplane.ts'

const HOUSE = [
  { name: 'lan0', role: 'lan' as const },
  { name: 'wan0', role: 'wan' as const },
]
/** argon2id of “open sesame” with little memory, made once. */
const HASH = '$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$kyj4KAQPkDHofxQqmZFrtcrDql5eltyrs3W6/tB5JPs'

async function withFake(
  snapshot: Snapshot,
  work: (client: DataplaneClient, clock: { now: number }) => Promise<void>,
) {
  const folder = mkdtempSync(join(tmpdir(), 'bauta-fake-'))
  const clock = { now: Date.parse('2026-11-20T10:00:00Z') }
  const fake = await startFakeDataplane({ socket: join(folder, 's'), snapshot, now: () => clock.now })
  try {
    await work(new DataplaneClient(join(folder, 's')), clock)
  } finally {
    await fake.close()
    rmSync(folder, { recursive: true })
  }
}

const appliance = (): Snapshot => {
  const snapshot = applianceSnapshot(HOUSE)
  snapshot.internet.connections.push({
    name: 'Modem',
    method: {
      kind: 'serial',
      device: '/dev/ttyS0',
      speed: 115_200,
      phone: '1',
      chat: [],
      user: 'u',
      password: 'p',
    },
    when: 'manual',
    idleSeconds: 300,
  })
  snapshot.internet.dialers.push({ name: 'lea', passwordHash: HASH, connections: ['Internet'] })
  return snapshot
}

it('comes up a moment after it was dialled, and only one is in use', () =>
  withFake(appliance(), async (client, clock) => {
    const states = async () => {
      clock.now += 1000
      return (await client.internet()).connections.map(({ name, state, inUse }) => [name, state, inUse])
    }
    expect(await states()).toEqual([
      ['Internet', 'up', true],
      ['Modem', 'down', false],
    ])
    await client.dial({ connection: 'Modem', who: 'anna', as: 'administrator' })
    expect(await states()).toEqual([
      ['Internet', 'down', false],
      ['Modem', 'connecting', true],
    ])
    clock.now += 1000
    expect((await states())[1]).toEqual(['Modem', 'up', true])
    const { connections, events } = await client.hangUp({
      connection: 'Modem',
      who: 'anna',
      as: 'administrator',
    })
    expect(connections[1]!.state).toBe('down')
    expect(events.map(({ who, text }) => `${who}: ${text}`)).toEqual(['anna: hung up', 'anna: dialled'])
  }))

it('lets a dialer dial what is his, and nobody the system’s', () =>
  withFake(appliance(), async (client) => {
    const status = (error: DataplaneRefusal) => error.status
    const dial = (connection: string, who: string) =>
      client.dial({ connection, who, as: 'dialer' }).catch(status)
    expect(await dial('Modem', 'lea')).toBe(403)
    expect(await dial('Internet', 'mallory')).toBe(403)
    expect(await dial('nowhere', 'lea')).toBe(404)
    expect(await dial('Internet', 'lea')).toMatchObject({ use: 'Internet' })
    expect(await client.dialer({ name: 'lea', password: 'open sesame' })).toEqual({
      name: 'lea',
      connections: ['Internet'],
    })
    for (const login of [
      { name: 'lea', password: 'open' },
      { name: 'nobody', password: 'open sesame' },
    ])
      await expect(client.dialer(login)).rejects.toThrow(DataplaneRefusal)
  }))

it('says that the operating system cares for a connection of its own', () =>
  withFake(defaultSnapshot(HOUSE), async (client) => {
    const call = client.dial({ connection: 'Internet', who: 'anna', as: 'administrator' })
    await expect(call).rejects.toThrow(/operating system cares/)
    expect((await client.probe()).wan).toEqual({ device: 'wan0', method: 'dhcp' })
    expect((await client.checkInternet()).steps.map(({ state }) => state)).toEqual(Array(6).fill('ok'))
  }))

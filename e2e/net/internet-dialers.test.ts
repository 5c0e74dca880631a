/** Members of the household at the buttons: over the line protocol from a LAN machine, and over the socket as the pages do. */
import { argon2Sync, randomBytes } from 'node:crypto'
import path from 'node:path'
import type { Internet } from '@bauta/config'
import { beforeAll, expect, it } from 'vitest'
import { LAN, RESOLVER, SERVERS, SERVICES, WANS } from '../lab/plan.ts'
import { ROOT } from '../lab/record.ts'
import { until } from '../lab/shell.ts'
import { describeLab } from './harness/lab-test.ts'

const WHOAMI = { address: SERVERS['echo.example.org'], port: SERVICES.whoami }
const { address: LEASED, otherAddress: FIXED, gateway } = WANS.dhcp
const CLI = path.join(ROOT, 'apps/cli/src/main.ts')
const PASSWORD = 'correct horse battery'

function phc(password: string): string {
  const nonce = randomBytes(16)
  const cost = { memory: 8192, passes: 1, parallelism: 1, tagLength: 32 }
  const hash = argon2Sync('argon2id', { message: Buffer.from(password), nonce, ...cost })
  const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')
  return `$argon2id$v=19$m=8192,t=1,p=1$${base64(nonce)}$${base64(hash)}`
}

const INTERNET: Internet = {
  use: 'Cable',
  connections: [
    { name: 'Cable', method: { kind: 'dhcp', hostname: null, mac: null }, when: 'always', idleSeconds: 300 },
    {
      name: 'Office line',
      method: { kind: 'static', address: FIXED, bits: 24, gateway, dnsServers: [RESOLVER] },
      when: 'manual',
      idleSeconds: 300,
    },
  ],
  dialers: [
    { name: 'anna', passwordHash: phc(PASSWORD), connections: ['Cable', 'Office line'] },
    { name: 'ben', passwordHash: phc('battery staple'), connections: ['Cable'] },
  ],
}

describeLab('who may dial', { wan: 'dhcp' }, (stage) => {
  const bauta = (host: 'lan1' | 'isp', words: string[], password = PASSWORD, box: string = LAN.router) => {
    const environment = ['env', `BAUTA_DIAL_PASSWORD=${password}`]
    const remote = ['--host', box]
    try {
      return stage.lab.run(host, [...environment, process.execPath, CLI, ...words, ...remote])
    } catch (error) {
      return (error as Error).message.split('\n')[0]!.replace(/^.*main\.ts.*?: /, '')
    }
  }
  const inUse = async () => (await stage.dataplane.internet()).connections.find((one) => one.inUse)!
  const upAs = (name: string, address: string) =>
    until(`${name} is up`, 10, async () => {
      const now = await inUse()
      return now.name === name && now.state === 'up' && now.address === address && now
    })
  const seenAs = async () => {
    const handle = await stage.on.lan1.udpOpen({ localPort: 0 })
    return (await stage.on.lan1.udpWhoami({ handle, to: WHOAMI, waitMs: 500 }))?.address
  }

  beforeAll(async () => {
    await upAs('Internet', LEASED)
    const ports = [224]
    // nobody may dial yet: nobody is listened to
    expect(await stage.on.lan1.tcpScan({ address: LAN.router, ports, waitMs: 500 })).toEqual(['224 refused'])
    const { revision, snapshot } = await stage.dataplane.settings()
    await stage.dataplane.apply({ revision: revision + 1, snapshot: { ...snapshot, internet: INTERNET } })
    await upAs('Cable', LEASED)
  })

  it('only on the LAN', async () => {
    const scan = { ports: [224], waitMs: 500 }
    expect(await stage.on.lan1.tcpScan({ ...scan, address: LAN.router })).toEqual(['224 open'])
    expect(await stage.on.isp.tcpScan({ ...scan, address: LEASED })).toEqual([])
  })

  it('another connection is dialled from a LAN machine: it carries the traffic, and back', async () => {
    expect(bauta('lan1', ['internet', '--as', 'anna'])).toBe(
      'dhcp up in-use dial Cable\nstatic down - dial Office line\n',
    )
    expect(bauta('lan1', ['dial', '--as', 'anna', 'Office', 'line'])).toContain('Office line is dialled')
    const status = await upAs('Office line', FIXED)
    expect(status).toMatchObject({ kind: 'static', gateway, dnsServers: [RESOLVER], lease: null })
    expect(await seenAs()).toBe(FIXED)
    const asked = { server: LAN.router, name: 'www.example.org', type: 'A' } as const
    expect(await stage.on.lan1.lookUp(asked)).toEqual([SERVERS['www.example.org']])
    // the settings are what they were
    expect((await stage.dataplane.settings()).snapshot.internet.use).toBe('Cable')

    expect(bauta('lan1', ['hangup', '--as', 'anna', 'Office line'])).toContain('is hung up')
    await upAs('Cable', LEASED)
    expect(await seenAs()).toBe(LEASED)
    const { events } = await stage.dataplane.internet()
    const said = events
      .filter(({ who }) => who === 'anna')
      .map(({ connection, text }) => `${connection} ${text}`.trim())
    expect(said.reverse()).toEqual([
      'logged in',
      'logged in',
      'Office line dialled',
      'logged in',
      'Office line hung up',
    ])
  })

  it('what is not allowed is refused and noted', async () => {
    expect(bauta('lan1', ['dial', '--as', 'ben', 'Office line'], 'battery staple')).toContain(
      'ben may not press the buttons',
    )
    expect(bauta('lan1', ['dial', '--as', 'ben', 'Cable'], 'guess')).toContain(
      'the name or the password is wrong',
    )
    expect(bauta('lan1', ['dial', '--as', 'nobody', 'Cable'])).toContain('the name or the password is wrong')
    const { dataplane } = stage
    expect(await dataplane.dialer({ name: 'ben', password: 'battery staple' })).toEqual({
      name: 'ben',
      connections: ['Cable'],
    })
    await expect(dataplane.dialer({ name: 'ben', password: 'x' })).rejects.toMatchObject({ status: 403 })
    const ben = { who: 'ben', as: 'dialer' } as const
    await expect(dataplane.dial({ ...ben, connection: 'Office line' })).rejects.toMatchObject({ status: 403 })
    expect((await dataplane.hangUp({ ...ben, connection: 'Cable' })).connections[0]!.state).toBe('down')
    await dataplane.dial({ ...ben, connection: 'Cable' })
    await upAs('Cable', LEASED)
    const { events } = await dataplane.internet()
    expect(events.some(({ who, text }) => who === 'ben' && text === 'gave a wrong password')).toBe(true)
  })

  it('a fixed address that somebody takes away comes back', async () => {
    await stage.dataplane.dial({ connection: 'Office line', who: 'admin', as: 'administrator' })
    await upAs('Office line', FIXED)
    stage.lab.run('router', ['ip', 'address', 'flush', 'dev', WANS.dhcp.device])
    await until('it is back', 5, async () => (await seenAs()) === FIXED)
    stage.lab.wanDown()
    await until('told', 5, async () => /^no carrier at wan0/.test((await inUse()).problem ?? ''))
    stage.lab.wanUp()
    await upAs('Office line', FIXED)
  })

  it('when the settings change, they count again; without dialers nobody is listened to', async () => {
    const { revision, snapshot } = await stage.dataplane.settings()
    const internet = { ...INTERNET, use: 'Cable', connections: INTERNET.connections.slice(0, 1), dialers: [] }
    await stage.dataplane.apply({ revision: revision + 1, snapshot: { ...snapshot, internet } })
    await upAs('Cable', LEASED)
    expect(await stage.on.lan1.tcpScan({ address: LAN.router, ports: [224], waitMs: 500 })).toEqual([
      '224 refused',
    ])
  })
})

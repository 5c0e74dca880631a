import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applianceSnapshot, type Dialin, maskOfBits, parseAddress, type Snapshot } from '@bauta/config'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DeviceLink, type Links, noLinks } from '../../links.ts'
import { realPppd } from './ppp-answering.ts'
import { DialinService, placed } from './service.ts'

const LINE = { protocol: 'ppp', device: '/dev/ttyS0', speed: 115_200, kind: 'modem', init: 'ATS0=1' } as const
const dialin = (...addresses: string[]): Dialin => ({
  enabled: true,
  pap: false,
  lines: addresses.map((address, i) => ({ ...LINE, device: `/dev/ttyNONE${i}`, address })),
  accounts: [{ name: 'anna', password: 'p' }],
})
const box = (value: Dialin): Snapshot => ({
  ...applianceSnapshot([
    { name: 'eth0', role: 'wan' },
    { name: 'eth1', role: 'lan' },
  ]),
  dialin: value,
})
const device = (name: string, address: string, bits: number, mac: string | null): DeviceLink => ({
  name,
  ifindex: 7,
  up: true,
  mtu: 1500,
  mac,
  addresses: [{ address: parseAddress(address)!, mask: maskOfBits(bits), bits }],
})
const HOME = device('br-lan', '192.168.77.1', 24, '02:00:00:00:00:01')
const links = (...devices: DeviceLink[]): Links => ({
  ...noLinks(),
  devices: new Map(devices.map((one) => [one.name, one])),
})

describe('where a line belongs', () => {
  it('the box’s own address in the network of the caller, and its wire', () => {
    const [first] = placed(
      box(dialin('192.168.77.50')),
      links(device('eth0', '192.168.77.9', 24, null), HOME),
    )
    expect(first!.home).toEqual({ own: '192.168.77.1', wire: { ifindex: 7, mac: HOME.mac } })
    expect(first!.wish).toMatchObject({ place: 0, pap: false })
  })

  it('nowhere: no such network, no network yet, the box itself, everybody', () => {
    const homes = (...all: Parameters<typeof links>) =>
      placed(box(dialin('10.0.0.9', '192.168.77.1', '192.168.77.255')), links(...all)).map(({ home }) => home)
    expect(homes(HOME)).toEqual([null, null, null])
    expect(homes()).toEqual([null, null, null])
  })

  it('a caller’s own device is no wire of the household', () => {
    const caller = device('dialin0', '192.168.77.1', 8, null)
    expect(placed(box(dialin('192.168.77.50')), links(caller))[0]!.home).toBeNull()
  })

  it('no line where nobody is answered', () => {
    expect(placed(box({ ...dialin('192.168.77.50'), enabled: false }), links(HOME))).toEqual([])
  })
})

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** A wire without hardware addresses, where nobody is answered for. */
const BARE = { ...HOME, mac: null }

it('pppd finds the secrets in a mount namespace, or by the appliance’s links', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bauta-dialin-'))
  const link = join(folder, 'system-secrets')
  const etc = '/run/bauta/dialin/ppp'
  expect(realPppd(etc, '/o', link)[0]).toBe('unshare')
  symlinkSync('/elsewhere/chap-secrets', link)
  expect(realPppd(etc, '/o', link)[0]).toBe('unshare')
  rmSync(link)
  symlinkSync('/run/bauta/dialin/ppp/chap-secrets', link)
  expect(realPppd(etc, '/o', link)).toEqual(['pppd', 'file', '/o'])
  rmSync(folder, { recursive: true })
})

describe('the service', () => {
  let runDir: string
  let service: DialinService
  const said: string[] = []
  beforeEach(() => {
    runDir = mkdtempSync(join(tmpdir(), 'bauta-dialin-'))
    const pppd = () => ['sleep', '60'] as const
    service = new DialinService({ runDir, log: (line) => said.push(line), pppd, slip: pppd })
  })
  afterEach(async () => {
    await service.apply(box({ ...dialin('192.168.77.50'), enabled: false }), links(BARE))
    await service.stop()
    rmSync(runDir, { recursive: true })
  })

  it('a line in no network of the household says so, and is tried when there is one', async () => {
    const settings = box(dialin('192.168.77.50'))
    expect(await service.apply(settings, links())).toEqual([])
    expect(service.status().lines).toMatchObject([
      { device: '/dev/ttyNONE0', interface: 'dialin0', state: 'failed', caller: null },
    ])
    expect(service.status().lines[0]!.problem).toBe(
      '192.168.77.50 is in no network of the household: callers would be strangers there',
    )
    expect(await service.apply(settings, links(BARE))).toEqual([
      '/dev/ttyNONE0 answers calls, and gives 192.168.77.50',
    ])
    expect(await service.apply(settings, links(BARE))).toEqual([])
  })

  it('who is on is told by the file that pppd’s script writes, and a change of another account disturbs nobody', async () => {
    const settings = box(dialin('192.168.77.50'))
    await service.apply(settings, links(BARE))
    writeFileSync(join(runDir, 'dialin/0/session'), 'IFNAME=dialin0\0PEERNAME=anna\0')
    await expect.poll(() => service.status().lines[0]!.state).toBe('on')
    expect(service.status().lines[0]!.caller).toMatchObject({ name: 'anna' })
    const more = [...settings.dialin.accounts, { name: 'ben', password: 'q' }]
    expect(await service.apply(box({ ...settings.dialin, accounts: more }), links(BARE))).toEqual([])
    expect(service.status().lines[0]!.state).toBe('on')
    const other = [{ name: 'anna', password: 'another' }]
    expect(await service.apply(box({ ...settings.dialin, accounts: other }), links(BARE))).toHaveLength(1)
    expect(service.status().lines[0]!.caller).toBeNull()
    expect(said).toContain('anna is on at /dev/ttyNONE0, as 192.168.77.50')
  })

  it('a cable of SLIP is open for whoever is at it, and nobody has a name', async () => {
    const settings = box(dialin('192.168.77.50'))
    settings.dialin.lines = [{ ...settings.dialin.lines[0]!, protocol: 'slip', kind: 'direct' }]
    settings.dialin.accounts = []
    await service.apply(settings, links(BARE))
    expect(service.status().lines[0]).toMatchObject({ state: 'setup', caller: null })
    expect(service.daemons()[0]).toMatchObject({ name: 'slip (/dev/ttyNONE0)', running: true })
    writeFileSync(join(runDir, 'dialin/0/session'), 'PEERNAME=\0')
    await expect.poll(() => service.status().lines[0]!.state).toBe('open')
    expect(service.status().lines[0]!.caller).toBeNull()
    expect(said).toContain(
      '/dev/ttyNONE0 is open: whoever is at its other end is in the house, as 192.168.77.50',
    )
    const more = { ...settings.dialin, accounts: [{ name: 'anna', password: 'p' }] }
    expect(await service.apply(box(more), links(BARE))).toEqual([])
  })

  it('a line that changes its protocol is answered by the other daemon, and the passwords are root’s alone', async () => {
    const settings = box(dialin('192.168.77.50'))
    await service.apply(settings, links(BARE))
    const [ppp] = service.daemons()
    settings.dialin.lines = [{ ...settings.dialin.lines[0]!, protocol: 'cslip' }]
    expect(await service.apply(settings, links(BARE))).toHaveLength(1)
    expect(service.daemons().map(({ name }) => name)).toEqual(['slip (/dev/ttyNONE0)'])
    await expect.poll(() => isThere(ppp!.pid!)).toBe(false)
    const accounts = join(runDir, 'dialin/accounts.json')
    expect(JSON.parse(readFileSync(accounts, 'utf8'))).toEqual([{ name: 'anna', password: 'p' }])
    expect(statSync(accounts).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(runDir, 'dialin/0/chat'), 'utf8')).toContain('ATS0=1')
  })

  it('what a dataplane before left at a line of the other protocol is ended', async () => {
    const settings = box(dialin('192.168.77.50'))
    await service.apply(settings, links(BARE))
    const [ppp] = service.daemons()
    await service.stop()
    const sleeps = () => ['sleep', '60'] as const
    service = new DialinService({ runDir, log: () => {}, pppd: sleeps, slip: sleeps })
    settings.dialin.lines = [{ ...settings.dialin.lines[0]!, protocol: 'slip' }]
    await service.apply(settings, links(BARE))
    await expect.poll(() => isThere(ppp!.pid!)).toBe(false)
    expect(service.daemons()).toMatchObject([{ name: 'slip (/dev/ttyNONE0)', running: true }])
  })

  it('lines that are no more answer no more', async () => {
    await service.apply(box(dialin('192.168.77.50', '192.168.77.51')), links(BARE))
    expect(await service.apply(box(dialin('192.168.77.50')), links(BARE))).toEqual([
      'dialin1 answers no more',
    ])
    expect(service.status().lines).toHaveLength(1)
  })
})

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { hardwarePorts } from './hardware-ports.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bauta-sysfs-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function device(name: string, has: string[] = ['device'], files: Record<string, string> = {}): void {
  for (const entry of has) mkdirSync(join(root, name, entry), { recursive: true })
  for (const [file, text] of Object.entries({ type: '1', uevent: `INTERFACE=${name}`, ...files })) {
    mkdirSync(join(root, name), { recursive: true })
    writeFileSync(join(root, name, file), `${text}\n`)
  }
}

it('takes what has a device behind it, in the order that people count', () => {
  for (const name of ['eth10', 'eth2', 'enp1s0']) device(name)
  expect(hardwarePorts([], root)).toEqual(['enp1s0', 'eth2', 'eth10'])
})

it('passes over bridges, tunnels, veths, the loopback, radios and modems', () => {
  device('br-lan', ['bridge'])
  device('veth0', [])
  device('lo', [], { type: '772' })
  device('tun0', ['device'], { tun_flags: '0x1' })
  device('wlan0', ['device', 'wireless', 'phy80211'])
  device('wwan0', ['device'], { uevent: 'DEVTYPE=wwan\nINTERFACE=wwan0' })
  device('ib0', ['device'], { type: '32' })
  expect(hardwarePorts([], root)).toEqual([])
})

it('takes exactly the named ones, in that order, where there is no hardware, once they exist', () => {
  device('lan0', [])
  device('wan0', [])
  device('eth0')
  expect(hardwarePorts(['wan0', 'lan0', 'later'], root)).toEqual(['wan0', 'lan0'])
})

it('finds none where there is no sysfs', () => {
  expect(hardwarePorts([], join(root, 'missing'))).toEqual([])
})

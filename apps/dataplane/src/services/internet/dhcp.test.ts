import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Links, noLinks } from '../../links.ts'
import { dhcpLine } from './dhcp.ts'
import { endLeftBehind, isLeftBehind } from './lasting-daemon.ts'
import type { Line, Trouble } from './line.ts'

/** Programs that take their time and note that they were started. */
const PROGRAMS = {
  ip: 'echo "$@" >>"$0.log"; sleep 0.05',
  dhcpcd: 'echo started >>"$0.log"; exec sleep 62.5',
}

let home: string
let folder: string
let line: Line
let troubles: Trouble[]
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'bauta-dhcp-'))
  folder = join(home, 'internet')
  mkdirSync(folder)
  for (const [name, does] of Object.entries(PROGRAMS)) {
    writeFileSync(join(home, name), `#!/bin/sh\n${does}\n`)
    chmodSync(join(home, name), 0o755)
  }
  vi.stubEnv('PATH', `${home}:${process.env.PATH}`)
  const nothing = () => undefined
  troubles = []
  const lost = (trouble: Trouble) => void troubles.push(trouble)
  const report = { established: nothing, lost, changed: nothing, note: nothing }
  line = dhcpLine({ folder, port: 'wan0', hostname: null, mac: null }, report)
})
afterEach(async () => {
  line.leave()
  await endLeftBehind({ name: 'dhcpcd', folder })
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true })
})

const PORT = { name: 'wan0', ifindex: 3, up: true, mtu: 1500, mac: '02:00:00:00:00:01', addresses: [] }
const plugged = (): Links => ({ ...noLinks(), devices: new Map([['wan0', PORT]]) })
const starts = () => readFileSync(join(home, 'dhcpcd.log'), 'utf8').split('\n').length - 1

test('a port that is plugged in just when the connection ends leaves no dhcpcd behind', async () => {
  await line.start(noLinks())
  line.relink(plugged())
  await line.stop()
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(isLeftBehind({ name: 'dhcpcd', folder })).toBe(false)
})

test('what the port refuses is tried again by the connection, not with every change of the links', async () => {
  writeFileSync(join(home, 'ip'), '#!/bin/sh\necho "$@" >>"$0.log"; echo not permitted >&2; exit 2\n')
  await line.start(plugged())
  const tried = readFileSync(join(home, 'ip.log'), 'utf8')
  expect(troubles).toMatchObject([{ text: 'ip link set dev wan0 up: not permitted', triesItself: false }])
  line.relink(plugged())
  line.relink({ ...plugged() })
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(readFileSync(join(home, 'ip.log'), 'utf8')).toBe(tried)
  await line.start(plugged())
  expect(troubles).toHaveLength(2)
})

test('plugged in and dialled in the same moment starts one dhcpcd', async () => {
  await line.start(noLinks())
  line.relink(plugged())
  await line.start(plugged())
  await vi.waitFor(() => expect(starts()).toBeGreaterThan(0))
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(starts()).toBe(1)
})

test('a route that leads a part of the house to the provider is taken away again', async () => {
  const [net, mask] = [0xc0a84d00, 0xffffff00]
  const lan = { ...PORT, name: 'br-lan', addresses: [{ address: net + 1, mask, bits: 24 }] }
  const links: Links = {
    devices: new Map([
      ['wan0', PORT],
      ['br-lan', lan],
    ]),
    routes: [
      { network: net, mask, device: 'br-lan', gateway: null },
      { network: net, mask: 0xffffff80, device: 'wan0', gateway: 0xcb007101 },
      { network: 0, mask: 0, device: 'wan0', gateway: 0xcb007101 },
    ],
  }
  await line.start(links)
  line.relink(links)
  const said = () => readFileSync(join(home, 'ip.log'), 'utf8').split('\n')
  await vi.waitFor(() => expect(said()).toContain('route del 192.168.77.0/25 dev wan0'))
  expect(said().filter((words) => words.startsWith('route del'))).toHaveLength(1)
})

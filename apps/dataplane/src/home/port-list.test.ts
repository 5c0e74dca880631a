import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { portList } from './port-list.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bauta-sysfs-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function port(name: string, files: Record<string, string>, driver: string): void {
  mkdirSync(join(root, name, 'device'), { recursive: true })
  symlinkSync(`/bus/drivers/${driver}`, join(root, name, 'device/driver'))
  for (const [file, text] of Object.entries({ type: '1', ...files }))
    writeFileSync(join(root, name, file), `${text}\n`)
}

const database = { model: (modalias: string) => (modalias === 'pci:x' ? 'Intel I226-V' : null) }

it('tells of every port its part, hardware, cable and speed', () => {
  port(
    'enp1s0',
    { address: '00:1b:21:00:00:01', carrier: '1', speed: '2500', 'device/modalias': 'pci:x' },
    'igc',
  )
  port('end0', { address: 'dc:a6:32:00:00:01', carrier: '0', speed: '-1' }, 'bcmgenet')
  const list = [{ name: 'enp1s0', role: 'wan' as const }]
  expect(portList({ list }, [], database, root).ports).toEqual([
    {
      name: 'end0',
      role: 'unused',
      mac: 'dc:a6:32:00:00:01',
      model: 'Raspberry Pi Ethernet',
      driver: 'bcmgenet',
      carrier: false,
      speed: null,
    },
    {
      name: 'enp1s0',
      role: 'wan',
      mac: '00:1b:21:00:00:01',
      model: 'Intel I226-V',
      driver: 'igc',
      carrier: true,
      speed: 2500,
    },
  ])
})

it('shows a port of the settings that is not there as one without a cable', () => {
  const list = [{ name: 'enx001122334455', role: 'lan' as const }]
  expect(portList({ list }, [], database, root).ports).toEqual([
    {
      name: 'enx001122334455',
      role: 'lan',
      mac: null,
      model: null,
      driver: null,
      carrier: false,
      speed: null,
    },
  ])
})

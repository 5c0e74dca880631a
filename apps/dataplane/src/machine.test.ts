import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { systemStatusSchema } from '@bauta/control/schemas'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { diskOf, machineStatus, memoryOf, modelOf, slotOf, temperatureOf } from './machine.ts'

let folder: string
const roots = () => ({ proc: join(folder, 'proc'), sys: join(folder, 'sys') })
const put = (file: string, text: string) => {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), text)
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bauta-machine-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a board that knows its name', () => {
  put('sys/class/dmi/id/sys_vendor', 'PC Engines\n')
  put('sys/class/dmi/id/product_name', 'apu2\n')
  expect(modelOf(roots())).toBe('PC Engines apu2')
  put('proc/device-tree/model', 'Raspberry Pi 4 Model B Rev 1.5\0')
  expect(modelOf(roots())).toBe('Raspberry Pi 4 Model B Rev 1.5')
})

test.each([
  ['To Be Filled By O.E.M.', 'System Product Name', null],
  ['Default string', 'N100-4L', 'N100-4L'],
  ['QEMU', 'Standard PC (Q35 + ICH9, 2009)', 'QEMU Standard PC (Q35 + ICH9, 2009)'],
  ['HP', 'HP t630 Thin Client', 'HP t630 Thin Client'],
])('“%s” and “%s” make %s', (vendor, product, model) => {
  put('sys/class/dmi/id/sys_vendor', vendor)
  put('sys/class/dmi/id/product_name', product)
  expect(modelOf(roots())).toBe(model)
})

test('the processor’s temperature, not that of the disk; none where there is no sensor', () => {
  expect(temperatureOf(roots())).toBeNull()
  put('sys/class/hwmon/hwmon0/name', 'nvme')
  put('sys/class/hwmon/hwmon0/temp1_input', '71000')
  expect(temperatureOf(roots())).toBe(71)
  put('sys/class/hwmon/hwmon1/name', 'coretemp')
  put('sys/class/hwmon/hwmon1/temp1_input', '48500')
  put('sys/class/hwmon/hwmon1/temp2_input', '0')
  put('sys/class/thermal/thermal_zone0/type', 'cpu-thermal')
  put('sys/class/thermal/thermal_zone0/temp', '51200')
  expect(temperatureOf(roots())).toBe(51.2)
})

test('memory that programs can still have', () => {
  put('proc/meminfo', 'MemTotal:         500000 kB\nMemFree: 1 kB\nMemAvailable:     200000 kB\n')
  expect(memoryOf(roots())).toMatchObject({ total: 512_000_000, available: 204_800_000 })
})

test.each([
  ['BOOT_IMAGE=/vmlinuz root=/dev/sda2 bauta.slot=a quiet', 'a'],
  ['bauta.slot=b', 'b'],
  ['bauta.slot=c', null],
  ['xbauta.slot=a', null],
  ['', null],
])('%s runs slot %s', (line, slot) => expect(slotOf(line)).toBe(slot))

test('a folder that is not there cannot be written', () => {
  expect(diskOf(join(folder, 'gone'))).toEqual({ total: 0, free: 0, writable: false })
  expect(diskOf(folder)).toMatchObject({ writable: true })
})

test('this machine fits the schema', () => {
  const status = { version: '0', kind: 'guest', daemons: [], now: 0, ...machineStatus(folder) }
  expect(systemStatusSchema.parse(status).memory.total).toBeGreaterThan(1e8)
})

import { expect, test } from 'vitest'
import { capacityOf, parseOptions } from './options.ts'

const GIGABYTE = 2 ** 30

test('a small machine keeps half as many connections, and whoever says how many has those', () => {
  expect([GIGABYTE / 2, GIGABYTE, 8 * GIGABYTE].map(capacityOf)).toEqual([65_536, 131_072, 131_072])
  expect(parseOptions(['--state', '/s', '--run', '/r', '--capacity', '1024']).capacity).toBe(1024)
})

test('what makes no sense together is said, with the usage', () => {
  const folders = ['--state', '/s', '--run', '/r']
  expect(() => parseOptions([])).toThrow('usage: main.ts')
  expect(() => parseOptions([...folders, '--appliance', '--wan', 'eth0'])).toThrow(
    'finds the ports by itself',
  )
  expect(() => parseOptions([...folders, '--port', 'eth0'])).toThrow('belongs to --appliance')
  expect(() => parseOptions([...folders, '--lan', 'a b'])).toThrow('“a b” is no device name')
})

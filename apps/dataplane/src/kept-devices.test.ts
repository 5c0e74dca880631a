import { closeSync, fstatSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endKeeper, type Keeper, takeOver } from '@bauta/tun-tap'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { KeptDevices } from './kept-devices.ts'

let folder: string
const lines: string[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bauta-kept-devices-'))
  lines.length = 0
})
const keeper = () => JSON.parse(readFileSync(join(folder, 'keeper'), 'utf8')) as Keeper
afterEach(() => {
  endKeeper(keeper())
  rmSync(folder, { recursive: true })
})

const devices = () => new KeptDevices(folder, (line) => lines.push(line))
/** A file in the place of a TUN. */
function open(name: string) {
  writeFileSync(join(folder, name), name)
  return { name, fd: openSync(join(folder, name), 'r') }
}
const inode = (fd: number) => fstatSync(fd).ino

test('the next process has the devices of the one before, and all of them when there were more', () => {
  const [lan, wan] = [open('m-lan0'), open('m-wan0')]
  const first = devices()
  expect(first.take()).toEqual([])
  first.hold([lan])
  const before = keeper()
  first.hold([lan])
  expect(keeper(), 'nothing to do').toEqual(before)
  first.hold([lan, wan])
  expect(keeper().pid).not.toBe(before.pid)
  expect(takeOver(before), 'the keeper before has ended').toEqual([])

  const taken = devices().take()
  expect(taken.map(({ name }) => name)).toEqual(['m-lan0', 'm-wan0'])
  expect(taken.map(({ fd }) => inode(fd))).toEqual([inode(lan.fd), inode(wan.fd)])
  for (const { fd } of [lan, wan, ...taken]) closeSync(fd)
})

test('what took them over keeps them by the same keeper', () => {
  const lan = open('m-lan0')
  devices().hold([lan])
  const { pid } = keeper()
  const next = devices()
  const taken = next.take()
  next.hold(taken)
  expect(keeper().pid).toBe(pid)
  for (const { fd } of [lan, ...taken]) closeSync(fd)
})

test('where the keeper is gone there is another one', () => {
  const lan = open('m-lan0')
  devices().hold([lan])
  const before = keeper()
  endKeeper(before)
  const next = devices()
  expect(next.take()).toEqual([])
  next.hold([lan])
  expect(keeper().pid).not.toBe(before.pid)
  const [taken] = devices().take()
  expect(inode(taken!.fd)).toBe(inode(lan.fd))
  for (const { fd } of [lan, taken!]) closeSync(fd)
})

test('what cannot be kept open is said once, and is no failure', () => {
  devices().hold([open('m-lan0')])
  const next = devices()
  next.hold([
    { name: 'm-lan0', fd: 9999 },
    { name: 'm-wan0', fd: 9999 },
  ])
  next.hold([{ name: 'm-wan1', fd: 9999 }])
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('new connections')
})

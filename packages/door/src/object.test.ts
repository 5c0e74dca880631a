import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { canCheck, clangMajor, isCurrent } from '../build.ts'
import { Door } from './door.ts'
import { tunNameOf } from './prepare.ts'

test('the committed object is what the source compiles to', ({ skip }) => {
  if (!canCheck()) skip(`needs the clang that compiled the object; here is ${clangMajor() ?? 'none'}`)
  expect(isCurrent()).toBe(true)
})

test('the committed object tells nothing of the machine that built it', () => {
  const text = readFileSync(new URL('../bpf/door.bpf.o', import.meta.url), 'latin1')
  expect(text).not.toMatch(/\/(home|root|tmp|work|usr)\//)
})

test('what is no object is refused in words', () => {
  expect(() => Door.open(16, null, new URL(import.meta.url))).toThrow(
    /object\.test\.ts is no eBPF object of the door/,
  )
  expect(() => Door.open(16, null, '/nowhere/door.bpf.o')).toThrow(/ENOENT/)
})

test('the TUN of a device has a name that the kernel takes and that differs where the devices differ', () => {
  expect(tunNameOf('lan0')).toBe('m-lan0')
  expect(tunNameOf('enx001122334455')).toHaveLength(15)
  expect(tunNameOf('enx001122334455')).not.toBe(tunNameOf('enx001122334456'))
})

import { expect, it } from 'vitest'
import { KeySequence, SEQUENCE_MS } from './key-sequence.ts'
import { PAGES } from './navigation.ts'

it('goes to every page with g and its letter', () => {
  const keys = new KeySequence()
  for (const { key, href } of PAGES) {
    expect(keys.press('g', 0)).toBeNull()
    expect(keys.press(key, 300)).toEqual({ kind: 'go', href })
  }
  expect(new Set(PAGES.map((page) => page.key)).size).toBe(PAGES.length)
})

it('forgets the g after a while, and after another key', () => {
  const keys = new KeySequence()
  keys.press('g', 0)
  expect(keys.press('c', SEQUENCE_MS + 1)).toBeNull()
  keys.press('g', 5000)
  keys.press('x', 5001)
  expect(keys.press('c', 5002)).toBeNull()
})

it('knows the filter and the help', () => {
  const keys = new KeySequence()
  expect(keys.press('/', 0)).toEqual({ kind: 'filter' })
  expect(keys.press('?', 0)).toEqual({ kind: 'help' })
})

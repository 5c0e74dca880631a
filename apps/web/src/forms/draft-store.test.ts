import { TIMEOUT_PRESETS } from '@bauta/config'
import { beforeEach, expect, it, vi } from 'vitest'
import { DraftStore } from './draft-store.ts'

const shelf = new Map<string, string>()
const storage = {
  getItem: (key: string) => shelf.get(key) ?? null,
  setItem: (key: string, value: string) => void shelf.set(key, value),
  removeItem: (key: string) => void shelf.delete(key),
}
const origin = { ...TIMEOUT_PRESETS.standard }
const draft = { author: 'anna', base: 4, origin, value: { ...origin, udp: 10 } }

beforeEach(() => shelf.clear())

it('keeps a draft for the next page', () => {
  new DraftStore(() => storage).write('timeouts', draft)
  expect(new DraftStore(() => storage).read('timeouts')).toEqual(draft)
})

it('gives the same object until it is written, so that a page does not draw for nothing', () => {
  const store = new DraftStore(() => storage)
  store.write('timeouts', draft)
  expect(store.read('timeouts')).toBe(store.read('timeouts'))
})

it('forgets it, and tells who watches', () => {
  const store = new DraftStore(() => storage)
  const told = vi.fn()
  const leave = store.watch(told)
  store.write('timeouts', draft)
  store.write('timeouts', null)
  leave()
  store.write('timeouts', draft)
  expect(told).toHaveBeenCalledTimes(2)
})

it.each(['{', 'null', '{"base":1}', JSON.stringify({ ...draft, origin: { tcp: 1 } })])(
  'leaves what it does not understand: %s',
  (text) => {
    shelf.set('bauta.draft.timeouts', text)
    expect(new DraftStore(() => storage).read('timeouts')).toBeNull()
  },
)

it('goes on without storage', () => {
  const store = new DraftStore(() => {
    throw new Error('SecurityError')
  })
  store.write('timeouts', draft)
  expect(store.read('timeouts')).toBe(draft)
})

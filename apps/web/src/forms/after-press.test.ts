import { afterEach, beforeEach, expect, it, vi } from 'vitest'

const browser = new EventTarget()
let afterPress: (change: () => void) => void

beforeEach(async () => {
  vi.useFakeTimers()
  vi.stubGlobal('window', browser)
  ;({ afterPress } = await import('./after-press.ts'))
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

it('changes at once where nothing is pressed', () => {
  const change = vi.fn()
  afterPress(change)
  expect(change).toHaveBeenCalledOnce()
})

it('waits for the end of a press, and for the click behind it', () => {
  const change = vi.fn()
  browser.dispatchEvent(new Event('pointerdown'))
  afterPress(change)
  browser.dispatchEvent(new Event('pointerup'))
  expect(change).not.toHaveBeenCalled()
  vi.runAllTimers()
  expect(change).toHaveBeenCalledOnce()
  browser.dispatchEvent(new Event('pointerup'))
  vi.runAllTimers()
  expect(change).toHaveBeenCalledOnce()
})

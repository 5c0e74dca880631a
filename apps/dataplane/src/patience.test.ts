import { describe, expect, it } from 'vitest'
import { Patience } from './patience.ts'

/** Rounds with work, `gap` ms apart, each 0.01 ms long; the last answer. */
function stream(patience: Patience, gap: number, rounds: number, from = 0): { asks: boolean; at: number } {
  let at = from
  let asks = false
  for (let i = 0; i < rounds; i++) {
    at += gap
    asks = patience.asksAgain(1, at, at + 0.01)
    at += 0.01
  }
  return { asks, at }
}

describe('patience', () => {
  it('sleeps on an idle line and between the packets of a slow one', () => {
    expect(new Patience().asksAgain(0, 5, 5.001)).toBe(false)
    expect(stream(new Patience(), 1, 1000).asks).toBe(false)
    expect(stream(new Patience(), 0.2, 1000).asks).toBe(false)
  })
  it('asks again within some ten rounds of a fast stream', () => {
    expect(stream(new Patience(), 0.02, 40).asks).toBe(true)
  })
  it('is not fooled by a lone burst', () => {
    const patience = new Patience()
    expect(stream(patience, 0.005, 8, stream(patience, 50, 20).at).asks).toBe(false)
  })
  it('gives up a tenth of a millisecond after the last packet', () => {
    const patience = new Patience()
    const { at } = stream(patience, 0.02, 100)
    expect(patience.asksAgain(0, at + 0.05, at + 0.05)).toBe(true)
    expect(patience.asksAgain(0, at + 0.101, at + 0.101)).toBe(false)
  })
  it('forgets a stream that has ended', () => {
    const patience = new Patience()
    const { at } = stream(patience, 0.02, 100)
    expect(stream(patience, 1, 20, at).asks).toBe(false)
  })
})

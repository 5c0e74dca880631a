import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LiveStream, SILENCE_MS, type Surroundings } from './stream.ts'

class FakeSource extends EventTarget {
  readonly url: string
  closed = false
  constructor(url: string) {
    super()
    this.url = url
  }
  close(): void {
    this.closed = true
  }
  say(value: unknown): void {
    this.dispatchEvent(new MessageEvent('page', { data: JSON.stringify(value) }))
  }
  fail(): void {
    this.dispatchEvent(new Event('error'))
  }
}

describe('LiveStream', () => {
  let opened: FakeSource[]
  let hidden: boolean
  let emptied: number
  let stream: LiveStream<number>
  const last = () => opened.at(-1)!

  beforeEach(() => {
    vi.useFakeTimers()
    opened = []
    hidden = false
    emptied = 0
    const around: Surroundings = {
      open: (url) => {
        const source = new FakeSource(url)
        opened.push(source)
        return source as unknown as EventSource
      },
      now: () => Date.now(),
      hidden: () => hidden,
    }
    stream = new LiveStream<number>({
      url: '/x',
      event: 'page',
      lingerMs: 100,
      onEmpty: () => emptied++,
      around,
    })
  })
  afterEach(() => vi.useRealTimers())

  it('opens one source however many watch, and closes it a while after the last has left', () => {
    const leaveA = stream.watch(() => {})
    const leaveB = stream.watch(() => {})
    expect(opened).toHaveLength(1)
    leaveA()
    vi.advanceTimersByTime(200)
    expect(last().closed).toBe(false)
    leaveB()
    expect(last().closed).toBe(false)
    vi.advanceTimersByTime(100)
    expect(last().closed).toBe(true)
    expect(emptied).toBe(1)
  })

  it('goes on with the same source when somebody comes back in time', () => {
    stream.watch(() => {})()
    stream.watch(() => {})
    vi.advanceTimersByTime(1000)
    expect(opened).toHaveLength(1)
    expect(last().closed).toBe(false)
  })

  it('tells what came and when, and falls silent when nothing more does', () => {
    let told = 0
    stream.watch(() => told++)
    last().say(7)
    expect(stream.read()).toEqual({ state: 'live', data: 7, receivedAt: Date.now() })
    vi.advanceTimersByTime(SILENCE_MS)
    expect(stream.read()).toMatchObject({ state: 'silent', data: 7 })
    last().say(8)
    expect(stream.read()).toMatchObject({ state: 'live', data: 8 })
    expect(told).toBe(3)
  })

  it('believes a blink, not a second failure, and dials again ever more slowly', () => {
    stream.watch(() => {})
    last().say(1)
    last().fail()
    expect(stream.read().state).toBe('live')
    vi.advanceTimersByTime(1000)
    expect(opened).toHaveLength(2)
    last().fail()
    expect(stream.read()).toMatchObject({ state: 'silent', data: 1 })
    vi.advanceTimersByTime(1999)
    expect(opened).toHaveLength(2)
    vi.advanceTimersByTime(1)
    expect(opened).toHaveLength(3)
    last().say(2)
    expect(stream.read()).toMatchObject({ state: 'live', data: 2 })
  })

  it('hangs up while the page is hidden and dials at once when it is seen again', () => {
    stream.watch(() => {})
    hidden = true
    stream.visibilityChanged()
    expect(last().closed).toBe(true)
    vi.advanceTimersByTime(60_000)
    expect(opened).toHaveLength(1)
    hidden = false
    stream.visibilityChanged()
    expect(opened).toHaveLength(2)
  })

  it('takes no message from a source it has left, and none that is not JSON', () => {
    stream.watch(() => {})
    const first = last()
    first.fail()
    vi.advanceTimersByTime(1000)
    first.say(9)
    last().dispatchEvent(new MessageEvent('page', { data: '{' }))
    expect(stream.read()).toMatchObject({ state: 'connecting', data: null })
  })
})

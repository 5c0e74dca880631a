import type { InternetConnection } from '@bauta/config'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { noLinks } from '../../links.ts'
import { ActiveConnection } from './connection.ts'
import { type Line, type LineReport, NO_FACTS, type Trouble } from './line.ts'

const PPPOE: InternetConnection['method'] = {
  kind: 'pppoe',
  user: 'u',
  password: 'p',
  service: '',
  mtu: 'auto',
}
const settings = (when: InternetConnection['when']): InternetConnection => ({
  name: 'DSL',
  method: PPPOE,
  when,
  idleSeconds: 60,
})

let diary: string[]
let report: LineReport
beforeEach(() => {
  vi.useFakeTimers()
  diary = []
})
afterEach(() => vi.useRealTimers())

function active(when: InternetConnection['when']): ActiveConnection {
  const line: Line = {
    start: async () => void diary.push('start'),
    stop: async () => void diary.push('stop'),
    relink: () => diary.push('relink'),
    leave: () => diary.push('leave'),
    facts: () => NO_FACTS,
    daemons: () => [],
  }
  return new ActiveConnection(settings(when), noLinks(), {
    line: (given) => {
      report = given
      return line
    },
    say: (text) => diary.push(`said: ${text}`),
    changed: () => undefined,
    now: Date.now,
    random: () => 0.5,
  })
}
const settle = () => vi.advanceTimersByTimeAsync(0)
const other: Trouble = { text: 'no answer', kind: 'other', triesItself: false }

describe('a connection that is', () => {
  test('always wanted dials at once, waits longer and longer, and forgets that when it is up', async () => {
    const connection = active('always')
    connection.begin(false)
    await settle()
    expect([connection.state, diary]).toEqual(['connecting', ['start']])
    for (const seconds of [1, 2, 4]) {
      report.lost(other)
      expect(connection).toMatchObject({ state: 'failed', problem: 'no answer' })
      expect(connection.nextAttemptAt).toBe(Date.now() + seconds * 1000)
      await vi.advanceTimersByTimeAsync(seconds * 1000)
      expect(connection.state).toBe('connecting')
    }
    expect(diary).toEqual(['start', 'said: no answer', 'start', 'start', 'start'])
    report.established()
    expect(connection).toMatchObject({ state: 'up', problem: null, attempts: 0, nextAttemptAt: null })
    report.lost(other)
    expect(connection.nextAttemptAt).toBe(Date.now() + 1000)
  })

  test('manual is down until somebody dials, and down again when it is hung up', async () => {
    const connection = active('manual')
    connection.begin(false)
    expect(connection.state).toBe('down')
    connection.need()
    expect(connection.state).toBe('down')
    connection.dial()
    report.established()
    await connection.hangUp()
    expect([connection.state, diary.at(-1)]).toEqual(['down', 'stop'])
    report.established()
    report.lost(other)
    expect([connection.state, connection.problem]).toEqual(['down', null])
  })

  test('on demand waits until somebody needs it, and again when nobody does', async () => {
    const connection = active('demand')
    connection.begin(false)
    expect(connection.state).toBe('waiting')
    connection.need()
    expect(connection.state).toBe('connecting')
    report.established()
    report.lost({ text: '', kind: 'idle', triesItself: false })
    expect([connection.state, connection.problem]).toEqual(['waiting', null])
    connection.need()
    await settle()
    expect(diary.filter((entry) => entry === 'start')).toHaveLength(2)
  })
})

test('a refused password is not tried again and again', async () => {
  const connection = active('always')
  connection.begin(false)
  const refused: Trouble = { text: 'wrong password', kind: 'auth', triesItself: false }
  const pauses: number[] = []
  for (let i = 0; i < 7; i++) {
    report.lost(refused)
    pauses.push(connection.nextAttemptAt! - Date.now())
    await vi.advanceTimersByTimeAsync(pauses.at(-1)!)
  }
  expect(pauses.map((ms) => ms / 1000)).toEqual([5, 5, 300, 5, 5, 1800, 1800])
  // a person who mended the password need not wait
  report.lost(refused)
  connection.dial()
  expect(connection).toMatchObject({ state: 'connecting', attempts: 1 })
})

test('a line that tries itself is left alone', async () => {
  const connection = active('always')
  connection.begin(false)
  report.lost({ ...other, triesItself: true })
  expect(connection).toMatchObject({ state: 'failed', nextAttemptAt: null })
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(diary.filter((entry) => entry === 'start')).toHaveLength(1)
  report.established()
  expect(connection.state).toBe('up')
})

test('what was ended is silent for ever', async () => {
  const connection = active('always')
  connection.begin(false)
  await settle()
  report.lost(other)
  await connection.end()
  diary = []
  report.established()
  await vi.advanceTimersByTimeAsync(600_000)
  connection.dial()
  expect(diary).toEqual([])
})

/** The small parts of the bench that need no network. */
import { expect, it } from 'vitest'
import { lagging } from './generator.ts'
import { read } from './iperf.ts'
import { LABEL_LENGTH } from './plot.ts'
import { chosen, SCENARIOS } from './scenarios/index.ts'

it('scenarios are chosen by name, in their own order', () => {
  expect(chosen(undefined)).toBe(SCENARIOS)
  expect(chosen('udp, bulk').map(({ name }) => name)).toEqual(['bulk', 'udp'])
  expect(() => chosen('bulk,fast')).toThrow('“fast” is not one of bulk, ')
})

it('every row of a scenario has a key of its own, and the rows of a plot one unit', () => {
  for (const { name, rows } of SCENARIOS) {
    expect(new Set(rows.map(({ key }) => key)).size, name).toBe(rows.length)
    const units = new Map(rows.map(({ plot, unit }) => [`${plot} ${unit}`, plot]))
    const plots = [...units.values()].filter((plot) => plot !== undefined)
    expect(new Set(plots).size, name).toBe(plots.length)
    const labels = rows.filter(({ plot }) => plot !== undefined).map(({ what }) => what)
    expect(labels.filter((label) => label.length > LABEL_LENGTH)).toEqual([])
  }
  expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length)
})

it('what ends a connection follows what began it, so many places later', () => {
  const order = lagging(
    4,
    2,
    (i) => `begin ${i}`,
    (i) => `end ${i}`,
  )
  expect(order).toEqual(['begin 0', 'begin 1', 'begin 2', 'end 0', 'begin 3', 'end 1', 'end 2', 'end 3'])
})

const report = (end: object) => JSON.stringify({ end })
const cubic = { sender_tcp_congestion: 'cubic', receiver_tcp_congestion: 'cubic' }

it('what iperf3 says: both directions are added up', () => {
  const end = { ...cubic, sum_received: { bits_per_second: 3e9, bytes: 1e9 } }
  expect(read(report(end), 'down')).toEqual({ rate: 3e9, bits: 8e9 })
  const both = { ...end, sum_received_bidir_reverse: { bits_per_second: 2e9 } }
  expect(read(report(both), 'both').rate).toBe(5e9)
})

it('a transfer with another congestion control, or that failed, is no figure', () => {
  const end = { ...cubic, sender_tcp_congestion: 'bbr', sum_received: { bits_per_second: 1, bytes: 1 } }
  expect(() => read(report(end), 'up')).toThrow('bbr instead of cubic')
  expect(() => read(JSON.stringify({ error: 'the server is busy', end: {} }), 'up')).toThrow('busy')
})

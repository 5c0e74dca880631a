import { logQuerySchema } from '@bauta/control/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { LogStore, levelOf } from './log-store.ts'

let now = 0
let echoed: string[]
let log: LogStore
beforeEach(() => {
  now = 1000
  echoed = []
  log = new LogStore({ echo: (line) => void echoed.push(line), now: () => now, lines: 20 })
})
const page = (query: object = {}) => log.page(logQuerySchema.parse(query))
const texts = (query?: object) => page(query).lines.map(({ text }) => text)

describe('the log', () => {
  test('tells the newest first, by source, level and words, page by page', () => {
    log.add('dataplane', 'up')
    log.add('dnsmasq', 'query failed', 'warn')
    log.add('pppd', 'CHAP authentication failed')
    expect(texts()).toEqual(['CHAP authentication failed', 'query failed', 'up'])
    expect(texts({ source: 'dnsmasq' })).toEqual(['query failed'])
    expect(texts({ level: 'error' })).toEqual(['CHAP authentication failed'])
    expect(texts({ q: 'FAILED' })).toEqual(['CHAP authentication failed', 'query failed'])
    expect(texts({ limit: 1 })).toEqual(['CHAP authentication failed'])
    expect(texts({ limit: 1, before: page({ limit: 1 }).lines[0]!.id })).toEqual(['query failed'])
    expect(page().sources).toEqual(['dataplane', 'dnsmasq', 'pppd'])
  })

  test('keeps so many lines and no more', () => {
    for (let i = 0; i < 1000; i++) log.add('dnsmasq', `line ${i}`)
    expect(texts({ limit: 500 })).toEqual(Array.from({ length: 20 }, (_, i) => `line ${999 - i}`))
  })

  test('counts what is said again and again, with the time of the last', () => {
    log.add('dnsmasq', 'no servers')
    log.add('dataplane', 'something else')
    for (let i = 0; i < 4; i++) {
      now += 10
      log.add('dnsmasq', 'no servers')
    }
    expect(page().lines.map(({ at, text }) => [at, text])).toEqual([
      [1000, 'something else'],
      [1040, 'no servers (5 times)'],
    ])
    expect(echoed).toEqual(['dnsmasq: no servers', 'something else'])
    log.add('dnsmasq', 'servers again')
    log.add('dnsmasq', 'no servers')
    expect(texts()[0]).toBe('no servers')
  })

  test('does not say twice who speaks', () => {
    log.add('dnsmasq', 'dnsmasq-dhcp[812]: DHCPACK(br-lan) 192.168.77.21')
    expect(texts()).toEqual(['DHCPACK(br-lan) 192.168.77.21'])
  })

  test('does not count on a line that is gone', () => {
    log.add('pppd', 'hello')
    for (let i = 0; i < 40; i++) log.add('dnsmasq', `line ${i}`)
    log.add('pppd', 'hello')
    expect(texts({ source: 'pppd' })).toEqual(['hello'])
  })

  test('holds lines of text: no escapes, no second line, nothing without end', () => {
    log.add('dnsmasq', '\u001b[31mred\u001b[0m\nnext\u2028third\u202e')
    expect(texts()).toEqual(['[31mred [0m next third'])
    log.add('dnsmasq', 'x'.repeat(100_000))
    expect(texts()[0]).toHaveLength(600)
    log.add('dnsmasq', ' \n ')
    expect(texts()).toHaveLength(2)
  })
})

test.each([
  ['dnsmasq: possible DNS-rebind attack detected: nas.example', 'warn'],
  ['LCP: timeout sending Config-Requests', 'warn'],
  ['CHAP authentication failed', 'error'],
  ['cannot open log: Permission denied', 'error'],
  ['started, version 2.91 cachesize 10000', 'info'],
  ['terror of the seas', 'info'],
])('“%s” is %s', (text, level) => expect(levelOf(text)).toBe(level))

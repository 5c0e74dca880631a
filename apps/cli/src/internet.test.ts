import type { InternetStatus } from '@bauta/control'
import { expect, test } from 'vitest'
import { parseArguments } from './arguments.ts'
import { formatInternet } from './internet.ts'
import { UsageError } from './usage-error.ts'

const parse = (line: string) => parseArguments(line.split(' '), {}).command

test('words become commands', () => {
  expect(parse('internet --json')).toEqual({ name: 'internet', json: true, remote: null })
  expect(parse('dial Old modem')).toEqual({ name: 'dial', connection: 'Old modem', remote: null })
  expect(parse('hangup --host bauta.lan DSL --as anna')).toEqual({
    name: 'hangup',
    connection: 'DSL',
    remote: { host: 'bauta.lan', as: 'anna' },
  })
  for (const line of [
    'dial',
    'dial DSL --host bauta.lan',
    'dial DSL --host',
    'internet DSL',
    'dial --now DSL',
  ])
    expect(() => parse(line), line).toThrow(UsageError)
})

test('the connections as a table, with what went wrong', () => {
  const idle = {
    when: 'always' as const,
    device: null,
    port: null,
    address: null,
    gateway: null,
    mtu: null,
    dnsServers: [],
    lease: null,
    session: null,
    problem: null,
    attempts: 0,
    nextAttemptAt: null,
    rate: { down: 0, up: 0 },
    bytes: { down: 0, up: 0 },
  }
  const status: InternetStatus = {
    use: 'DSL',
    connections: [
      {
        ...idle,
        name: 'DSL',
        kind: 'pppoe',
        inUse: true,
        state: 'failed',
        since: 40_000,
        problem: 'the provider refused the password\u001b[2J',
        nextAttemptAt: 400_000,
      },
      { ...idle, name: 'Cable', kind: 'dhcp', inUse: false, state: 'down', since: 0 },
    ],
    events: [{ at: 0, who: 'anna', connection: 'DSL', text: 'dialled' }],
  }
  expect(formatInternet(status, 100_000)).toBe(
    `\
Connection  Kind   State                             Address  Down     Up
* DSL       pppoe  failed for 1 min, again in 5 min  -        0 bit/s  0 bit/s
  Cable     dhcp   not in use                        -        0 bit/s  0 bit/s
DSL: the provider refused the password?[2J

1970-01-01 00:00:00  anna  DSL  dialled
`,
  )
})

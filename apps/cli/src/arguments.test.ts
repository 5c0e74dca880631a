import { describe, expect, it } from 'vitest'
import { DEFAULT_SOCKET, parseArguments } from './arguments.ts'
import { UsageError } from './usage-error.ts'

const parse = (line: string, environment = {}) => parseArguments(line.split(' ').filter(Boolean), environment)
const command = (line: string) => parse(line).command

describe('the socket', () => {
  it('is the usual one, or BAUTA_SOCKET, or --socket, which wins', () => {
    expect(parse('status').socket).toBe(DEFAULT_SOCKET)
    expect(parse('status', { BAUTA_SOCKET: '' }).socket).toBe(DEFAULT_SOCKET)
    expect(parse('status', { BAUTA_SOCKET: '/a' }).socket).toBe('/a')
    expect(parse('status --socket /b', { BAUTA_SOCKET: '/a' }).socket).toBe('/b')
    expect(parse('--socket=/c ipchains -L')).toMatchObject({ socket: '/c', command: { name: 'ipchains' } })
  })

  it('needs a path', () => {
    expect(() => parse('status --socket')).toThrow('--socket needs the path')
    expect(() => parse('--socket= status')).toThrow('--socket needs the path')
  })
})

describe('commands', () => {
  it.each([
    ['help', { name: 'help' }],
    ['-h', { name: 'help' }],
    ['status --help', { name: 'help' }],
    ['status', { name: 'status', json: false }],
    ['status --json', { name: 'status', json: true }],
    ['counters --all', { name: 'counters', json: false, all: true }],
    ['proc net/ip_masquerade', { name: 'proc', path: '/proc/net/ip_masquerade' }],
    ['proc /proc/net/ip_masq/tcp', { name: 'proc', path: '/proc/net/ip_masq/tcp' }],
    ['proc proc/net/ip_fwnames', { name: 'proc', path: '/proc/net/ip_fwnames' }],
    ['connections', { name: 'connections', filter: '', limit: 100, json: false }],
    [
      'connections proto:udp tv --limit 7',
      { name: 'connections', filter: 'proto:udp tv', limit: 7, json: false },
    ],
  ])('%s', (line, expected) => {
    expect(command(line)).toEqual(expected)
  })

  it.each([
    ['', 'say what you want to see'],
    ['stauts', 'there is no command “stauts”'],
    ['status now', 'status takes no “now”'],
    ['status --yaml', 'status knows no option “yaml”'],
    ['proc', 'proc needs a file'],
    ['proc net/a net/b', 'one file at a time'],
    ['proc net/../../v1/settings', 'is no file under /proc'],
    ['proc net/a?b', 'is no file under /proc'],
    ['connections --limit', '--limit needs a number'],
    ['connections --limit 0', '--limit needs a number'],
  ])('“%s” is refused', (line, message) => {
    expect(() => command(line)).toThrow(message)
    expect(() => command(line)).toThrow(UsageError)
  })
})

describe('ipchains', () => {
  const OFF = { numeric: false, verbose: false, exact: false, lineNumbers: false }
  const ipchains = (line: string) => {
    const parsed = command(`ipchains ${line}`)
    return parsed.name === 'ipchains' ? parsed.command : parsed
  }

  it.each([
    ['-L', { name: 'list', chain: undefined, options: OFF }],
    ['-L forward -n', { name: 'list', chain: 'forward', options: { ...OFF, numeric: true } }],
    ['-n -L forward', { name: 'list', chain: 'forward', options: { ...OFF, numeric: true } }],
    ['-Lforward', { name: 'list', chain: 'forward', options: OFF }],
    ['-nvL', { name: 'list', chain: undefined, options: { ...OFF, numeric: true, verbose: true } }],
    [
      '-Lnvx',
      { name: 'list', chain: undefined, options: { ...OFF, numeric: true, verbose: true, exact: true } },
    ],
    ['--list input --line-numbers', { name: 'list', chain: 'input', options: { ...OFF, lineNumbers: true } }],
    ['-M -L -n -v', { name: 'list-masquerade', options: { ...OFF, numeric: true, verbose: true } }],
    ['-L -M', { name: 'list-masquerade', options: OFF }],
    ['-ML', { name: 'list-masquerade', options: OFF }],
    ['--masquerade --list --numeric', { name: 'list-masquerade', options: { ...OFF, numeric: true } }],
    ['-h', { name: 'help' }],
  ])('%s', (line, expected) => {
    expect(ipchains(line)).toEqual(expected)
  })

  it.each([
    ['', 'nothing to do'],
    ['-n', 'nothing to do'],
    ['-L input forward', '“forward” is one word too many'],
    ['forward -L', '“forward” is one word too many'],
    ['-M -L forward', 'takes no chain'],
    ['-M -L -x', '-x does not go with -M -L'],
    ['-L -q', 'unknown option “-q”'],
    ['--lost', 'unknown option “--lost”'],
    ['-', 'unknown option “-”'],
    ['-A forward -j MASQ', 'rules and policies are changed on the Rules page'],
    ['-P forward DENY', 'rules and policies are changed on the Rules page'],
    ['--flush', 'rules and policies are changed on the Rules page'],
    ['-X', 'rules and policies are changed on the Rules page'],
    ['-M -S 900 120 300', 'timeouts are changed on the Timeouts page'],
    ['-Z', 'counters can not be set to zero yet'],
    ['-C input', 'packets can not be tested from here yet'],
  ])('“%s” is refused, with a hint to the right -h', (line, message) => {
    expect(() => ipchains(line)).toThrow(message)
    expect(() => ipchains(line)).toThrow(expect.objectContaining({ program: 'bauta ipchains' }))
  })
})

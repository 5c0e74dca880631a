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
    expect(parse('--socket=/c ipchains -L')).toMatchObject({ socket: '/c', command: { name: 'program' } })
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

describe('the programs', () => {
  it.each(['ipchains', 'ipfwadm', 'iptables', 'iptables-save'])(
    '%s gets its words as they are',
    (program) => {
      expect(command(`${program} -L -n -v`)).toEqual({ name: 'program', program, words: ['-L', '-n', '-v'] })
      expect(command(`${program} -h`)).toMatchObject({ name: 'program' })
    },
  )
  it('iptables-restore reads a file, or what is piped in', () => {
    expect(command('iptables-restore')).toEqual({ name: 'restore', file: null, keep: false })
    expect(command('iptables-restore -n rules')).toEqual({ name: 'restore', file: 'rules', keep: true })
    expect(() => command('iptables-restore --lost')).toThrow('“--lost”')
  })
  it('import takes a file, values for variables and names for interfaces', () => {
    expect(command('import fw.sh --set PPPIP=1.2.3.4 --interface eth0=@wan --set A=b=c --yes')).toEqual({
      name: 'import',
      file: 'fw.sh',
      yes: true,
      variables: { PPPIP: '1.2.3.4', A: 'b=c' },
      interfaces: { eth0: '@wan' },
    })
    expect(() => command('import')).toThrow('import needs one file')
    expect(() => command('import a --set =b')).toThrow('--set needs NAME=VALUE')
  })
  it('export names a language', () => {
    expect(command('export ipfwadm')).toEqual({ name: 'export', language: 'ipfwadm' })
    expect(() => command('export')).toThrow('ipchains, ipfwadm, iptables')
  })
})

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accessSchema, applianceSnapshot, type Snapshot } from '@bauta/config'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { benchLinks } from '../path/bench.ts'
import { SshService } from './ssh.ts'
import { renderKeys, renderSshd } from './ssh-config.ts'

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHk anna@laptop'
let folder: string
let ran: string[]
let active: boolean
let refused: boolean
let ssh: SshService

function service(appliance = true): SshService {
  const run = async (command: string, args: string[]) => {
    if (args[0] === 'is-active') {
      if (!active) throw new Error('inactive')
      return ''
    }
    ran.push([command, ...args.slice(0, 2)].join(' '))
    if (command === '/usr/sbin/sshd' && refused) throw new Error('sshd refuses its file')
    if (args[0] === 'stop' && !active) throw new Error('Unit bauta-ssh.service not loaded.')
    if (command === 'systemd-run') active = true
    if (args[0] === 'stop') active = false
    return ''
  }
  return new SshService({ appliance, stateDir: join(folder, 'state'), runDir: join(folder, 'run'), run })
}
const settings = (ssh: boolean, keys = [KEY]): Snapshot => ({
  ...applianceSnapshot([{ name: 'lan0', role: 'lan' }]),
  access: { ssh, keys },
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bauta-ssh-'))
  ran = []
  active = false
  refused = false
  ssh = service()
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('a shell', () => {
  test('is opened once, with the keys of the settings, for root’s eyes only', async () => {
    expect(await ssh.apply(settings(true), benchLinks())).toEqual(['SSH is open at 192.168.77.1 for one key'])
    const keys = join(folder, 'run/ssh/authorized_keys')
    expect(readFileSync(keys, 'utf8')).toBe(`${KEY}\n`)
    expect(statSync(keys).mode & 0o777).toBe(0o600)
    expect(ran).toEqual([
      'ssh-keygen -q -t',
      'install -d -m',
      '/usr/sbin/sshd -t -f',
      'systemctl stop bauta-ssh.service',
      'systemd-run --unit=bauta-ssh.service --collect',
    ])
    ran = []
    expect(await ssh.apply(settings(true), benchLinks())).toEqual([])
    expect(await service().apply(settings(true), benchLinks())).toEqual([])
    expect(ran).toEqual([])
  })

  test('is told of other keys at once, and closed when it is switched off', async () => {
    await ssh.apply(settings(true), benchLinks())
    await ssh.apply(settings(true, [`${KEY}2`]), benchLinks())
    expect(readFileSync(join(folder, 'run/ssh/authorized_keys'), 'utf8')).toBe(`${KEY}2\n`)
    expect(await ssh.apply(settings(false), benchLinks())).toEqual(['SSH is closed'])
    expect(ran.at(-1)).toBe('systemctl stop bauta-ssh.service')
    expect(existsSync(join(folder, 'run/ssh'))).toBe(false)
    expect(ssh.daemons()).toEqual([])
    expect(await ssh.apply(settings(false), benchLinks())).toEqual([])
  })

  test('can be switched off again when it never came to be', async () => {
    refused = true
    await expect(ssh.apply(settings(true), benchLinks())).rejects.toThrow('sshd refuses its file')
    expect(await ssh.apply(settings(false), benchLinks())).toEqual(['SSH is closed'])
    expect(existsSync(join(folder, 'run/ssh'))).toBe(false)
  })

  test('waits for the address that it listens on', async () => {
    const moved = settings(true)
    moved.lan.address = '10.77.0.1'
    expect(await ssh.apply(moved, benchLinks())).toEqual([])
    expect(ran).toEqual([])
  })

  test('is refused on a guest, and nothing is touched there', async () => {
    const guest = service(false)
    await expect(guest.apply(settings(true), benchLinks())).rejects.toThrow(/guest on this machine/)
    expect(await guest.apply(settings(false), benchLinks())).toEqual([])
    expect(ran).toEqual([])
  })
})

test('sshd knows keys and nothing else, at one address', () => {
  const text = renderSshd('192.168.77.1', { hostKey: '/s/key', keys: '/r/keys', pid: '/r/pid' })
  expect(text).toMatch(/^ListenAddress 192\.168\.77\.1\nPort 22\n/)
  for (const line of ['PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'AllowUsers root'])
    expect(text.split('\n')).toContain(line)
})

test.each([
  'ssh-ed25519 AAAA me\nssh-ed25519 BBBB you',
  'command="sh" ssh-ed25519 AAAA me',
  'ssh-ed25519 AAAA me\u0000',
  'ssh-ed25519 AAAA\r\nBBBB',
])('a key that would bring a line or an option of its own is no key: %j', (key) => {
  expect(accessSchema.safeParse({ ssh: true, keys: [key] }).success).toBe(false)
})

test('every key is one line', () => {
  expect(renderKeys({ ssh: true, keys: [KEY, `${KEY}2`] })).toBe(`${KEY}\n${KEY}2\n`)
})

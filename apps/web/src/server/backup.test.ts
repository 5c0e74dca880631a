import { defaultSnapshot, type Snapshot } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { BackupRefused, readBackup, writeBackup } from './backup.ts'

const MADE = { version: '0.1.0', at: Date.parse('2026-11-20T10:00:00Z'), revision: 7 }

const plain = async () => JSON.parse(await writeBackup(defaultSnapshot(), MADE, null))
const refusal = async (file: unknown, password: string | null = null): Promise<BackupRefused> => {
  const error = await readBackup(file, password).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(BackupRefused)
  return error as BackupRefused
}

describe('a backup', () => {
  it('comes back as it was written', async () => {
    expect(await readBackup(await plain(), null)).toEqual({ snapshot: defaultSnapshot(), made: MADE })
  })
  it('of a version that knew no helpers comes back with those of a fresh box', async () => {
    const file = await plain()
    delete file.snapshot.helpers
    expect((await readBackup(file, null)).snapshot).toEqual(defaultSnapshot())
  })
  it('with a password shows nothing, and comes back with it alone', async () => {
    const text = await writeBackup(defaultSnapshot(), MADE, 'three unrelated words')
    expect(text).not.toContain('home.arpa')
    const file = JSON.parse(text)
    expect((await readBackup(file, 'three unrelated words')).snapshot).toEqual(defaultSnapshot())
    expect(await refusal(file)).toMatchObject({ locked: true, message: expect.stringContaining('encrypted') })
    expect(await refusal(file, 'three unrelated word')).toMatchObject({
      locked: true,
      message: expect.stringContaining('wrong'),
    })
  })
  it('two of the same settings have nothing in common', async () => {
    const [a, b] = await Promise.all([1, 2].map(() => writeBackup(defaultSnapshot(), MADE, 'same')))
    const part = (text: string) => JSON.parse(text).encrypted
    for (const name of ['salt', 'iv', 'tag', 'data']) expect(part(a!)[name]).not.toBe(part(b!)[name])
  })
  it.each(['revision', 'version', 'madeAt'])('encrypted, its %s cannot be changed unseen', async (name) => {
    const file = JSON.parse(await writeBackup(defaultSnapshot(), MADE, 'pass'))
    file[name] = name === 'revision' ? 8 : name === 'version' ? '9.9' : '2026-11-20T10:00:01.000Z'
    expect(await refusal(file, 'pass')).toMatchObject({ locked: true })
  })
  it('encrypted, neither its salt nor its content can be changed unseen', async () => {
    const whole = await writeBackup(defaultSnapshot(), MADE, 'pass')
    for (const name of ['salt', 'data']) {
      const file = JSON.parse(whole)
      const bytes = Buffer.from(file.encrypted[name], 'base64')
      bytes[0]! ^= 1
      file.encrypted[name] = bytes.toString('base64')
      expect(await refusal(file, 'pass')).toMatchObject({ locked: true })
    }
  })
})

describe('what is refused', () => {
  it.each([
    ['a text', 'hello'],
    ['nothing', null],
    ['a list', []],
    ['somebody else’s JSON', { name: 'package', version: '1.0.0' }],
  ])('%s: not a backup', async (_, file) => {
    expect((await refusal(file)).message).toMatch(/^This is not a backup of Bauta/)
  })
  it('a newer format', async () => {
    expect((await refusal({ ...(await plain()), format: 2 })).message).toMatch(
      /of a newer Bauta \(format 2; this box knows 1\)/,
    )
  })
  it('a file without a format, or with parts that do not belong there', async () => {
    expect((await refusal({ ...(await plain()), format: '1' })).message).toMatch(/does not say/)
    expect((await refusal({ ...(await plain()), administrators: [] })).message).toMatch(/damaged/)
    expect((await refusal({ ...(await plain()), encrypted: {} })).message).toMatch(/damaged/)
  })
  it('costs of its own: the file cannot say how much memory its password takes', async () => {
    const file = JSON.parse(await writeBackup(defaultSnapshot(), MADE, 'pass'))
    file.encrypted.N = 2 ** 30
    expect((await refusal(file, 'pass')).message).toMatch(/damaged/)
  })

  const broken: [string, (snapshot: Snapshot) => void, (string | number)[]][] = [
    [
      'a value that would begin a line of its own in a daemon’s file',
      (s) => void s.dns.hosts.push({ name: 'nas\naddress=/#/6.6.6.6', address: '192.168.77.9' }),
      ['dns', 'hosts', 0, 'name'],
    ],
    [
      'a reserved name with a comma in it',
      (s) => void s.dhcp.reservations.push({ mac: 'aa:bb:cc:dd:ee:ff', address: null, name: 'x,set:evil' }),
      ['dhcp', 'reservations', 0, 'name'],
    ],
    [
      'a path where the name of a device should be',
      (s) => void s.interfaces.list.push({ name: '../../etc/passwd', role: 'lan' }),
      ['interfaces', 'list', 0, 'name'],
    ],
    [
      'the same rule id twice',
      (s) => void s.rules.chains[0]!.rules.push({ ...s.rules.chains[0]!.rules[0]! }),
      ['rules', 'chains', 0, 'rules', 2, 'id'],
    ],
    [
      'a key for the shell with a second line',
      (s) => void s.access.keys.push('ssh-ed25519 AAAA me\nssh-ed25519 BBBB you'),
      ['access', 'keys', 0],
    ],
    ['a number as text', (s) => Object.assign(s.timeouts, { tcp: '7440' }), ['timeouts', 'tcp']],
    ['a noun too many', (s) => Object.assign(s, { administrators: [{ name: 'eve' }] }), []],
  ]
  it.each(broken)('%s', async (_, spoil, path) => {
    const snapshot = defaultSnapshot()
    spoil(snapshot)
    const { faults } = await refusal({ ...(await plain()), snapshot })
    expect(faults.map((fault) => fault.path)).toContainEqual(path)
  })
  it('settings that do not fit together', async () => {
    const snapshot = defaultSnapshot()
    snapshot.dhcp.enabled = true
    expect(await refusal({ ...(await plain()), snapshot })).toMatchObject({
      message: 'The settings in the file do not fit together.',
      faults: [{ path: ['dhcp', 'enabled'] }],
    })
  })
})

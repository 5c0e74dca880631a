import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultSnapshot, type Snapshot } from '@bauta/config'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NO_NOTE } from './apply/confirmer.ts'
import { readApplied, writeApplied } from './boot.ts'
import { initialSnapshot } from './initial-snapshot.ts'

const ROLES: Snapshot['interfaces']['list'] = [
  { name: 'lan0', role: 'lan' },
  { name: 'wan0', role: 'wan' },
]
const initial = (roles: typeof ROLES) => initialSnapshot({ appliance: false, ports: [], roles })
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bauta-boot-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

describe('starting', () => {
  test('for the first time: the safe default with the roles of the command line', () => {
    const boot = readApplied(dir, initial(ROLES))
    expect(boot).toMatchObject({ revision: 0, settingsLoaded: false, problem: null })
    expect(boot.snapshot.interfaces.list).toEqual(ROLES)
  })

  test('from what was applied last', () => {
    const snapshot = {
      ...defaultSnapshot(ROLES),
      timeouts: { tcp: 1, tcpfin: 2, udp: 3, icmp: 4, refreshInbound: true },
    }
    writeApplied(dir, { revision: 6, snapshot: defaultSnapshot(ROLES) })
    writeApplied(dir, { revision: 7, snapshot })
    expect(readApplied(dir, initial([]))).toEqual({
      revision: 7,
      snapshot,
      note: { waiting: null, wentBack: null },
      settingsLoaded: true,
      problem: null,
    })
  })

  test('from what the version before the appliance applied, and writes it back with all that is new', () => {
    const old = join(import.meta.dirname, 'fixtures/first-version-applied.json')
    copyFileSync(old, join(dir, 'applied.json'))
    const boot = readApplied(dir, initial([]))
    expect(boot).toMatchObject({ revision: 2, settingsLoaded: true, problem: null, note: NO_NOTE })
    const { internet, lan, dhcp, time, access } = defaultSnapshot()
    expect(boot.snapshot).toMatchObject({ internet, lan, dhcp, time, access, timeouts: { udp: 90 } })
    expect(boot.snapshot).toMatchObject(JSON.parse(readFileSync(old, 'utf8')).snapshot)
    writeApplied(dir, boot)
    expect(readApplied(dir, initial([]))).toEqual(boot)
  })

  test('from what the version before the helpers applied, also where it waits to be confirmed', () => {
    const old = join(import.meta.dirname, 'fixtures/before-helpers-applied.json')
    copyFileSync(old, join(dir, 'applied.json'))
    const boot = readApplied(dir, initial([]))
    const { helpers } = defaultSnapshot()
    expect(boot).toMatchObject({ revision: 5, problem: null, note: { waiting: { before: { revision: 4 } } } })
    expect(boot.note.waiting?.before.snapshot.helpers).toEqual(helpers)
    const written = JSON.parse(readFileSync(old, 'utf8')).snapshot
    expect(boot.snapshot).toMatchObject({ ...written, helpers })
  })

  test('from what waited to be confirmed', () => {
    const before = { revision: 6, snapshot: defaultSnapshot(ROLES) }
    const waiting = { since: 5, until: 65, before }
    writeApplied(dir, { revision: 7, snapshot: defaultSnapshot([]) }, { waiting, wentBack: null })
    expect(readApplied(dir, initial([]))).toMatchObject({ revision: 7, note: { waiting, wentBack: null } })
  })

  test.each([
    ['cut off', '{"revision": 7, "snaps'],
    ['empty', ''],
    ['of another form', '{"revision": 7, "snapshot": {"format": 99}}'],
    ['not even text', '\u0000\u0001\u0002'],
  ])('from a file that is %s: set aside, safe default, and it says so', (_, text) => {
    writeFileSync(join(dir, 'applied.json'), text)
    const boot = readApplied(dir, initial(ROLES))
    expect(boot).toMatchObject({ revision: 0, settingsLoaded: false })
    expect(boot.problem).toMatch(/could not be read.*set aside.*safe default/)
    const [aside] = readdirSync(dir)
    expect(aside).toMatch(/^applied\.json\.corrupt-/)
    expect(readFileSync(join(dir, aside!), 'utf8')).toBe(text)
  })

  test('keeps the roles of the snapshot before when the last one is broken', () => {
    writeApplied(dir, { revision: 6, snapshot: defaultSnapshot(ROLES) })
    writeApplied(dir, { revision: 7, snapshot: defaultSnapshot(ROLES) })
    writeFileSync(join(dir, 'applied.json'), '{')
    expect(readApplied(dir, initial([])).snapshot.interfaces.list).toEqual(ROLES)
  })
})

/** `ulimit -f` makes the kernel take a part of the text and say how much, as a full disk does. */
test('a disk that takes only a part of the snapshot is a failure, and the one before is what counts', () => {
  writeApplied(dir, { revision: 6, snapshot: defaultSnapshot(ROLES) })
  const writeBigger = `
    const { writeApplied } = await import(${JSON.stringify(join(import.meta.dirname, 'boot.ts'))})
    const { revision, snapshot } = JSON.parse(${JSON.stringify(readFileSync(join(dir, 'applied.json'), 'utf8'))})
    snapshot.dns.hosts = Array.from({ length: 400 }, (_, i) => ({ name: 'h' + i, address: '10.0.0.1' }))
    try {
      writeApplied(${JSON.stringify(dir)}, { revision: revision + 1, snapshot })
      console.log('taken')
    } catch {
      console.log('refused')
    }`
  const said = execFileSync(
    'bash',
    ['-c', `trap '' XFSZ; ulimit -f 8; exec "$0" --input-type=module -e "$1"`, process.execPath, writeBigger],
    { encoding: 'utf8' },
  )
  expect(said.trim()).toBe('refused')
  expect(readApplied(dir, initial(ROLES))).toMatchObject({ revision: 6, problem: null })
})

test('a broken file that cannot be set aside does not keep the box from starting', () => {
  writeFileSync(join(dir, 'applied.json'), '{')
  mkdirSync(join(dir, 'applied.json.corrupt-1970-01-01T000000.000Z'))
  const boot = readApplied(dir, initial(ROLES), new Date(0))
  expect(boot).toMatchObject({ revision: 0, settingsLoaded: false })
  expect(boot.problem).toMatch(/could not be set aside.*safe default/)
})

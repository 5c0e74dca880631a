import { anyRule, type Snapshot } from '@bauta/config'
import { DataplaneRefusal } from '@bauta/control'
import { Database, listRevisions, readSettings, writeRevision } from '@bauta/db'
import { describe, expect, it } from 'vitest'
import { type Bench, openBench } from './testing.ts'

const stored = async (bench: Bench) => (await bench.services.db.read(readSettings))!
const udp = (snapshot: Snapshot, seconds: number) => ({ ...snapshot.timeouts, udp: seconds })
const save = async (bench: Bench, seconds: number, base = 1) =>
  bench.services.settings.save('anna', {
    noun: 'timeouts',
    base,
    value: udp((await stored(bench)).snapshot, seconds),
  })

const CANNOT_WRITE = {
  kind: 'unavailable',
  message: expect.stringMatching(/^Nothing was changed: the settings could not be written to the disk\./),
}

describe('a save', () => {
  it('is stored, applied, and told in words', async () => {
    await using bench = await openBench()
    expect(await save(bench, 10)).toEqual({
      kind: 'saved',
      revision: 2,
      actions: ['take the new timeouts'],
      cut: 0,
      summary: ['UDP timeout 300 s → 10 s'],
      pending: null,
    })
    expect((await stored(bench)).snapshot.timeouts.udp).toBe(10)
    expect(bench.dataplane.current).toMatchObject(await stored(bench))
  })
  it('that changes nothing makes no revision', async () => {
    await using bench = await openBench()
    expect(await save(bench, 300)).toMatchObject({ kind: 'saved', revision: 1, summary: [] })
    expect(bench.dataplane.applied).toHaveLength(1)
  })
  it('is not well formed: every fault stands beside its field, nothing is asked of the dataplane', async () => {
    await using bench = await openBench()
    const value = { tcp: 0, tcpfin: 240, udp: 'x', icmp: 60 }
    const outcome = await bench.services.settings.save('anna', { noun: 'timeouts', base: 1, value })
    expect(outcome).toMatchObject({ kind: 'invalid', faults: [{ path: ['tcp'] }, { path: ['udp'] }] })
    expect(bench.dataplane.applied).toHaveLength(1)
  })
})

describe('a save on top of a change that just went back', () => {
  it('does not bring that change back', async () => {
    await using bench = await openBench()
    const { snapshot } = await stored(bench)
    const risky = { noun: 'timeouts', base: 1, value: udp(snapshot, 10), confirm: 60 } as const
    expect(await bench.services.settings.save('anna', risky)).toMatchObject({ pending: { revision: 2 } })
    await bench.services.dataplane.confirm({ revision: 2, keep: false })
    const value = { ...snapshot.ports, from: snapshot.ports.from + 1 }
    const late = { noun: 'ports', base: 2, value } as const
    expect(await bench.services.settings.save('berta', late)).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('revision 2 went back by itself just now'),
    })
    expect(bench.dataplane.current).toMatchObject({ revision: 1, snapshot })
    expect(await bench.services.keepInStep.step()).toBe('went-back')
    expect(await bench.services.settings.save('berta', { ...late, base: 3 })).toMatchObject({ revision: 4 })
    expect((await stored(bench)).snapshot.timeouts.udp).toBe(300)
  })
})

describe('a save that the dataplane does not take', () => {
  it('changes nothing, and its faults lead to the field', async () => {
    await using bench = await openBench()
    bench.dataplane.behaviour.refusal = {
      message: 'wan9 does not exist',
      faults: [{ path: ['snapshot', 'timeouts', 'udp'], message: 'too short' }],
    }
    const before = await stored(bench)
    expect(await save(bench, 10)).toEqual({
      kind: 'invalid',
      message: 'Nothing was changed: wan9 does not exist',
      faults: [{ path: ['udp'], message: 'too short' }],
    })
    expect(await stored(bench)).toEqual(before)
    expect(await listRevisions(bench.services.db.reader, null, 9)).toHaveLength(1)
    bench.dataplane.behaviour.refusal = null
    expect(await save(bench, 10)).toMatchObject({ kind: 'saved', revision: 2 })
  })
  it('because its disk is full changes nothing, says so, and applies nothing again', async () => {
    await using bench = await openBench()
    bench.dataplane.behaviour.refusal = { message: 'ENOSPC: no space left on device', faults: [] }
    bench.dataplane.behaviour.refusalStatus = 507
    const before = await stored(bench)
    const applied = bench.dataplane.applied.length
    expect(await save(bench, 10)).toEqual({
      kind: 'unavailable',
      message: expect.stringMatching(/^Nothing was changed: .*disk.*full or broken/),
    })
    expect(await stored(bench)).toEqual(before)
    bench.dataplane.behaviour.refusal = null
    expect(bench.dataplane.applied).toHaveLength(applied)
    expect(await save(bench, 10)).toMatchObject({ kind: 'saved', revision: 2 })
  })
  it('because it is away changes nothing', async () => {
    await using bench = await openBench()
    const before = await stored(bench)
    await bench.dataplane.close()
    expect(await save(bench, 10)).toEqual({
      kind: 'unavailable',
      message:
        'Nothing was changed: the dataplane does not answer. Try again when the box says that it is back.',
    })
    expect(await stored(bench)).toEqual(before)
  })
  it('but whose answer was lost is taken back there', async () => {
    await using bench = await openBench()
    bench.dataplane.behaviour.hangUp = true
    expect(await save(bench, 10)).toMatchObject({ kind: 'unavailable' })
    expect((await stored(bench)).revision).toBe(1)
    expect(bench.dataplane.current).toMatchObject(await stored(bench))
  })
  it('and that fails half-way is told to go back', async () => {
    await using bench = await openBench()
    const { dataplane } = bench.services
    const apply = dataplane.apply
    dataplane.apply = async (request) => {
      dataplane.apply = apply
      await apply(request)
      throw new DataplaneRefusal(500, { message: 'something failed', faults: [] })
    }
    expect(await save(bench, 10)).toMatchObject({ kind: 'unavailable' })
    expect(bench.dataplane.current).toMatchObject(await stored(bench))
  })
  it('leaves writes of others alone that come meanwhile', async () => {
    await using bench = await openBench()
    bench.dataplane.behaviour.refusal = { message: 'no', faults: [] }
    bench.dataplane.behaviour.delayMs = 50
    const saving = save(bench, 10)
    const claiming = bench.services.accounts.claim({ name: 'bert', password: 'a long enough one' })
    expect(await saving).toMatchObject({ kind: 'invalid' })
    await claiming
    expect(await bench.services.accounts.unclaimed()).toBe(false)
  })
})

it('a commit that fails after the ack puts the old settings back in force', async () => {
  await using bench = await openBench()
  await bench.services.db.write(async (tx) => {
    await tx.$executeRawUnsafe(
      'CREATE TABLE Bad (x INTEGER REFERENCES Revision (number) DEFERRABLE INITIALLY DEFERRED)',
    )
    await tx.$executeRawUnsafe(
      'CREATE TRIGGER break_commit AFTER INSERT ON Revision BEGIN INSERT INTO Bad VALUES (-1); END',
    )
  })
  expect(await save(bench, 10)).toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('disk'),
  })
  expect((await stored(bench)).revision).toBe(1)
  expect(bench.dataplane.applied.map(({ revision }) => revision)).toEqual([1, 2, 1])
  expect(bench.dataplane.current).toMatchObject(await stored(bench))
})

describe('a database that cannot be written', () => {
  it('because the disk is full: nothing is changed, and it says so; room again, it goes on', async () => {
    await using bench = await openBench()
    const pages = (most: string) =>
      bench.services.db.write((tx) => tx.$queryRawUnsafe(`PRAGMA max_page_count = ${most}`))
    await pages('1')
    const { snapshot } = await stored(bench)
    const hosts = Array.from({ length: 500 }, (_, i) => ({ name: `host-${i}`, address: '192.168.77.9' }))
    const value = { ...snapshot.dns, hosts }
    const settings = bench.services.settings
    expect(await settings.save('anna', { noun: 'dns', base: 1, value })).toEqual(CANNOT_WRITE)
    expect((await stored(bench)).revision).toBe(1)
    expect(bench.dataplane.current).toMatchObject(await stored(bench))
    await pages('100000')
    expect(await settings.save('anna', { noun: 'dns', base: 1, value })).toMatchObject({ kind: 'saved' })
  })
  it('because another program holds it', async () => {
    await using bench = await openBench()
    const other = new Database(bench.file)
    let release = () => {}
    const held = other.write(
      () =>
        new Promise<void>((resolve) => {
          release = resolve
        }),
    )
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await save(bench, 10)).toEqual(CANNOT_WRITE)
    release()
    await held
    expect(await save(bench, 10)).toMatchObject({ kind: 'saved' })
    await other.close()
  }, 20_000)
})

describe('two administrators', () => {
  it('the second one gets the difference, and overwrites nothing', async () => {
    await using bench = await openBench()
    await save(bench, 10)
    expect(await save(bench, 20, 1)).toEqual({
      kind: 'conflict',
      message: expect.stringContaining('anna saved other timeouts'),
      current: {
        revision: 2,
        author: 'anna',
        at: bench.clock.now,
        value: { tcp: 7440, tcpfin: 240, udp: 10, icmp: 60, refreshInbound: true },
      },
      diff: ['UDP timeout 20 s → 10 s'],
    })
    expect((await stored(bench)).snapshot.timeouts.udp).toBe(10)
    expect(await save(bench, 20, 2)).toMatchObject({ kind: 'saved', revision: 3 })
  })
  it('who change different nouns do not disturb each other', async () => {
    await using bench = await openBench()
    await save(bench, 10)
    const { snapshot } = await stored(bench)
    const value = { ...snapshot.ports, from: 2048 }
    const outcome = await bench.services.settings.save('bert', { noun: 'ports', base: 1, value })
    expect(outcome).toMatchObject({ kind: 'saved', revision: 3 })
    expect((await stored(bench)).snapshot).toMatchObject({ timeouts: { udp: 10 }, ports: { from: 2048 } })
  })
  it('racing a hundred times: each save is in the history or was refused, and the order is the order of applies', async () => {
    await using bench = await openBench()
    const tries = Array.from({ length: 100 }, (_, i) => i + 1000)
    let base = 1
    const saved: number[] = []
    let conflicts = 0
    const one = async (seconds: number) => {
      const outcome = await save(bench, seconds, base)
      if (outcome.kind === 'saved') {
        base = outcome.revision
        saved.push(seconds)
      } else {
        expect(outcome.kind).toBe('conflict')
        conflicts++
      }
    }
    for (let i = 0; i < tries.length; i += 10) await Promise.all(tries.slice(i, i + 10).map(one))
    await Promise.all(tries.map((seconds) => one(seconds + 5000)))
    expect(saved.length + conflicts).toBe(200)
    expect(saved.length).toBe(11)
    const history = await listRevisions(bench.services.db.reader, null, 500)
    expect(history.map(({ number }) => number)).toEqual(Array.from({ length: 12 }, (_, i) => 12 - i))
    expect(bench.dataplane.applied.map(({ snapshot }) => snapshot.timeouts.udp)).toEqual([300, ...saved])
    expect((await stored(bench)).snapshot.timeouts.udp).toBe(saved.at(-1))
  })
  it('a base that never was is a conflict', async () => {
    await using bench = await openBench()
    expect(await save(bench, 10, 77)).toMatchObject({ kind: 'conflict' })
  })
})

describe('rules', () => {
  it('without id or with 0 get the next ids, also in a check', async () => {
    await using bench = await openBench()
    const { snapshot } = await stored(bench)
    const value = structuredClone(snapshot.rules) as { chains: { rules: object[] }[] }
    const { id: _, ...bare } = anyRule(0)
    value.chains[1]!.rules.unshift({ ...bare, target: { verdict: 'DENY' } }, anyRule(0))
    const request = { noun: 'rules' as const, base: 1, value }
    const words = ['Rule 4 added to forward: deny anything', 'Rule 5 added to forward: count anything']
    expect(await bench.services.settings.check(request)).toMatchObject({
      kind: 'checked',
      cut: 2,
      summary: words,
    })
    expect((await stored(bench)).revision).toBe(1)
    expect(await bench.services.settings.save('anna', request)).toMatchObject({ summary: words })
    expect((await stored(bench)).snapshot.rules.chains[1]!.rules.map(({ id }) => id)).toEqual([4, 5, 3])
  })
  it('removed and added again never share an id', async () => {
    await using bench = await openBench()
    const { snapshot } = await stored(bench)
    const add = async (base: number) => {
      const value = structuredClone(snapshot.rules)
      value.chains[1]!.rules.push(anyRule(0))
      await bench.services.settings.save('anna', { noun: 'rules', base, value })
      return (await stored(bench)).snapshot.rules.chains[1]!.rules.at(-1)!.id
    }
    expect(await add(1)).toBe(4)
    await bench.services.settings.save('anna', { noun: 'rules', base: 2, value: snapshot.rules })
    expect(await add(3)).toBe(5)
  })
})

describe('restore', () => {
  it('makes an old state the next revision, in force', async () => {
    await using bench = await openBench()
    await save(bench, 10)
    const outcome = await bench.services.settings.restore('anna', 1, 2)
    expect(outcome).toMatchObject({
      kind: 'saved',
      revision: 3,
      summary: ['Revision 1 restored', 'UDP timeout 10 s → 300 s'],
    })
    expect(bench.dataplane.current.snapshot.timeouts.udp).toBe(300)
    expect(await listRevisions(bench.services.db.reader, null, 9)).toHaveLength(3)
  })
  it('is refused where the nouns of the old state do not fit together', async () => {
    await using bench = await openBench()
    const { snapshot } = await stored(bench)
    const unfit = { ...snapshot, dhcp: { ...snapshot.dhcp, enabled: true } }
    for (const next of [unfit, snapshot])
      await bench.services.db.write(async (tx) => {
        const change = { author: 'an older version', at: new Date(0), noun: 'all', snapshot: next } as const
        return writeRevision(tx, await readSettings(tx), change)
      })
    expect(await bench.services.settings.restore('anna', 2, 3)).toMatchObject({
      kind: 'invalid',
      faults: [{ path: ['dhcp', 'enabled'] }],
    })
    expect(bench.dataplane.applied).toHaveLength(1)
  })
  it('says when there is no such revision, or a newer one than was seen', async () => {
    await using bench = await openBench()
    await save(bench, 10)
    expect(await bench.services.settings.restore('anna', 9, 2)).toEqual({ kind: 'missing' })
    expect(await bench.services.settings.restore('anna', 1, 1)).toMatchObject({
      kind: 'conflict',
      diff: ['UDP timeout 300 s → 10 s'],
    })
  })
})

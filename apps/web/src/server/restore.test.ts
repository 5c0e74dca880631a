import { anyRule, defaultSnapshot, type Snapshot } from '@bauta/config'
import { readSettings } from '@bauta/db'
import { describe, expect, it } from 'vitest'
import { POST as encrypted, GET as plain } from '../app/api/backup/route.ts'
import { POST as check } from '../app/api/restore/check/route.ts'
import { POST as restore } from '../app/api/restore/route.ts'
import { writeBackup } from './backup.ts'
import { ask, type Bench, logIn, openBench } from './testing.ts'

const PASSWORD = 'quite another sentence'
const stored = async (bench: Bench) => (await bench.services.db.read(readSettings))!
const fileOf = async (snapshot: Snapshot, password: string | null = null) =>
  JSON.parse(await writeBackup(snapshot, { version: '0.1.0', at: 0, revision: 4 }, password))
const post = async (handler: typeof restore, body: unknown, who: object) => {
  const reply = await ask(handler, { method: 'POST', body, ...who })
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> }
}

describe('a backup', () => {
  it('is for administrators, holds the settings and no administrator', async () => {
    await using bench = await openBench()
    expect((await ask(plain)).status).toBe(401)
    const me = await logIn(bench.services)
    const reply = await ask(plain, me)
    expect(reply.headers.get('content-disposition')).toBe('attachment; filename="bauta-2026-11-20-r1.json"')
    const text = await reply.text()
    expect(JSON.parse(text)).toMatchObject({
      bauta: 'backup',
      revision: 1,
      snapshot: (await stored(bench)).snapshot,
    })
    expect(text).not.toMatch(/anna|argon2|passwordHash":"(?!")/)
  })
  it('made on one box is restored on another, encrypted', async () => {
    await using bench = await openBench()
    const me = await logIn(bench.services)
    expect((await post(encrypted, { password: 'short' }, me)).status).toBe(422)
    const reply = await ask(encrypted, { method: 'POST', body: { password: PASSWORD }, ...me })
    const file = await reply.json()
    const value = { ...(await stored(bench)).snapshot.timeouts, udp: 33 }
    await bench.services.settings.save('anna', { noun: 'timeouts', base: 1, value })
    const without = await post(restore, { base: 2, file }, me)
    expect(without).toMatchObject({ status: 422, body: { locked: true } })
    const body = { base: 2, file, password: PASSWORD }
    expect((await post(check, body, me)).body).toMatchObject({
      made: { revision: 1 },
      summary: ['UDP timeout 33 s → 300 s'],
    })
    expect((await stored(bench)).revision).toBe(2)
    expect((await post(restore, body, me)).body).toMatchObject({
      revision: 3,
      summary: ['Backup of 2026-11-20 (revision 1) restored', 'UDP timeout 33 s → 300 s'],
    })
    expect(bench.dataplane.current).toMatchObject(await stored(bench))
  })
})

describe('a restore', () => {
  it('gives strange rules ids of this box, and leaves those that are here their own', async () => {
    await using bench = await openBench()
    const me = await logIn(bench.services)
    const snapshot = defaultSnapshot(bench.dataplane.current.snapshot.interfaces.list)
    snapshot.rules.chains[0]!.rules.push({ ...anyRule(0xffffff), comment: 'from far away' })
    snapshot.rules.chains[1]!.rules[0]!.comment = 'another rule of the same number'
    expect((await post(restore, { base: 1, file: await fileOf(snapshot) }, me)).status).toBe(200)
    const ids = (await stored(bench)).snapshot.rules.chains.map(({ rules }) => rules.map(({ id }) => id))
    expect(ids).toEqual([[1, 2, 4], [5], []])
  })
  it('is refused whole where anything is wrong, with a reason, and nothing happens', async () => {
    await using bench = await openBench()
    const me = await logIn(bench.services)
    const before = await stored(bench)
    const good = await fileOf(defaultSnapshot())
    const spoilt = structuredClone(good)
    spoilt.snapshot.dns.localDomain = 'home\nserver=/#/6.6.6.6'
    for (const file of ['text', null, { ...good, format: 7 }, { ...good, snapshot: {} }, spoilt]) {
      const { status, body } = await post(restore, { base: 1, file }, me)
      expect(status).toBe(422)
      expect(body.message).toMatch(/^Nothing was changed\. \S/)
    }
    bench.dataplane.behaviour.refusal = { message: 'wan7 does not exist', faults: [] }
    expect(await post(restore, { base: 1, file: good }, me)).toMatchObject({
      status: 422,
      body: { message: 'Nothing was changed: wan7 does not exist' },
    })
    expect(await stored(bench)).toEqual(before)
    expect(bench.dataplane.applied).toHaveLength(1)
  })
  it('may be 5 MB large and no more', async () => {
    await using bench = await openBench()
    const me = await logIn(bench.services)
    expect((await post(restore, { base: 1, file: 'x'.repeat(4_900_000) }, me)).status).toBe(422)
    expect((await post(restore, { base: 1, file: 'x'.repeat(5_300_000) }, me)).status).toBe(413)
  })
  it('on top of settings that were not seen is a conflict', async () => {
    await using bench = await openBench()
    const me = await logIn(bench.services)
    const value = { ...(await stored(bench)).snapshot.timeouts, udp: 33 }
    await bench.services.settings.save('berta', { noun: 'timeouts', base: 1, value })
    expect((await post(restore, { base: 1, file: await fileOf(defaultSnapshot()) }, me)).status).toBe(409)
  })
})

import { describe, expect, it } from 'vitest'
import { ABSOLUTE_MS, csrfMatches, IDLE_MS, sessionCookie, tokenOf } from './session.ts'
import { type Bench, logIn, openBench } from './testing.ts'

const alive = async (bench: Bench, token: string) => (await bench.services.sessions.find(token)) !== null

describe('a session', () => {
  it('ends ten minutes after the last deed', async () => {
    await using bench = await openBench()
    const { token } = await logIn(bench.services)
    bench.clock.now += IDLE_MS - 1
    expect(await alive(bench, token)).toBe(true)
    bench.services.sessions.touch((await bench.services.sessions.find(token))!)
    bench.clock.now += IDLE_MS - 1
    expect(await alive(bench, token)).toBe(true)
    bench.clock.now += 1
    expect(await alive(bench, token)).toBe(false)
  })
  it('is not prolonged by looking', async () => {
    await using bench = await openBench()
    const { token } = await logIn(bench.services)
    for (let i = 0; i < 10; i++) {
      bench.clock.now += IDLE_MS / 10
      await alive(bench, token)
    }
    expect(await alive(bench, token)).toBe(false)
  })
  it('ends after twelve hours, however busy', async () => {
    await using bench = await openBench()
    const { token } = await logIn(bench.services)
    for (let passed = 0; passed < ABSOLUTE_MS; passed += IDLE_MS / 2) {
      const session = await bench.services.sessions.find(token)
      expect(session).not.toBeNull()
      bench.services.sessions.touch(session!)
      bench.clock.now += IDLE_MS / 2
    }
    expect(await alive(bench, token)).toBe(false)
  })
  it('does not outlive a clock that was set back', async () => {
    await using bench = await openBench()
    const { token } = await logIn(bench.services)
    bench.clock.now -= IDLE_MS / 2
    expect(await bench.services.sessions.find(token)).not.toBeNull()
    bench.clock.now -= 24 * 3600_000
    expect(await bench.services.sessions.find(token)).toBeNull()
  })
  it('survives a restart of the process, with its last deed', async () => {
    await using bench = await openBench()
    const { token } = await logIn(bench.services)
    bench.clock.now += IDLE_MS - 1000
    bench.services.sessions.touch((await bench.services.sessions.find(token))!)
    await bench.services.db.write(async () => {})
    const { Sessions } = await import('./session.ts')
    const restarted = new Sessions(bench.services.db, () => bench.clock.now + 5000)
    expect(await restarted.find(token)).toMatchObject({ name: 'anna' })
  })
  it('is dead at once after logout, and only it', async () => {
    await using bench = await openBench()
    const { token } = await logIn(bench.services)
    const other = await bench.services.sessions.open(1, '192.168.77.12')
    await bench.services.sessions.close((await bench.services.sessions.find(token))!)
    expect(await alive(bench, token)).toBe(false)
    expect(await alive(bench, other)).toBe(true)
  })
  it('cannot be opened with what the database holds', async () => {
    await using bench = await openBench()
    const { token } = await logIn(bench.services)
    const [row] = await bench.services.db.reader.session.findMany()
    expect(JSON.stringify(row)).not.toContain(token)
    expect(await alive(bench, row!.tokenHash)).toBe(false)
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
  })
  it('has a token against forged requests, another one each time', async () => {
    await using bench = await openBench()
    const { token, csrf } = await logIn(bench.services)
    const other = (await bench.services.sessions.find(await bench.services.sessions.open(1, 'x')))!
    expect(other.csrf).not.toBe(csrf)
    const session = (await bench.services.sessions.find(token))!
    expect([
      csrfMatches(session, csrf),
      csrfMatches(session, other.csrf),
      csrfMatches(session, null),
    ]).toEqual([true, false, false])
  })
})

it('the cookie stays away from scripts and other sites', () => {
  expect(sessionCookie('abc')).toBe('bauta_session=abc; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200')
  expect(sessionCookie(null)).toContain('Max-Age=0')
  expect(tokenOf('a=b; bauta_session=abc; c=d')).toBe('abc')
  expect([tokenOf(null), tokenOf('xbauta_session=abc'), tokenOf('bauta_session=')]).toEqual([
    null,
    null,
    null,
  ])
})

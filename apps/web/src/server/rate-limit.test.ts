import { describe, expect, it } from 'vitest'
import { LoginLimit, waitAfter } from './rate-limit.ts'
import { type Bench, logIn, openBench, PASSWORD } from './testing.ts'

const login = (bench: Bench, password: string, address = '192.168.77.12', name = 'anna') =>
  bench.services.accounts.logIn({ name, password }, address).then(
    () => 200,
    (error) => error.status as number,
  )

it('the wait grows from the fifth failure on, to a minute', () => {
  expect([1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 99].map(waitAfter)).toEqual([0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60])
})

it('the log tells who came in and who did not, and nothing that may be a password', async () => {
  await using bench = await openBench()
  await logIn(bench.services)
  bench.log.length = 0
  await login(bench, 'a wrong guess')
  await login(bench, 'anything', '192.168.77.13', 'typed my password\u2028here')
  await login(bench, PASSWORD)
  expect(bench.log).toEqual([
    'a login as anna from 192.168.77.12 failed',
    'a login as somebody unknown from 192.168.77.13 failed',
    'anna logged in from 192.168.77.12',
  ])
})

describe('guessing a password', () => {
  it('is slowed down, also for the right one, until the wait is over', async () => {
    await using bench = await openBench()
    await logIn(bench.services)
    for (let i = 0; i < 5; i++) expect(await login(bench, 'wrong')).toBe(401)
    expect(await login(bench, PASSWORD)).toBe(429)
    bench.clock.now += 1000
    expect(await login(bench, PASSWORD)).toBe(200)
    expect(await login(bench, 'wrong')).toBe(401)
  })
  it('does not keep other machines of the house out', async () => {
    await using bench = await openBench()
    await logIn(bench.services)
    for (let i = 0; i < 5; i++) await login(bench, 'wrong', '192.168.77.99')
    expect(await login(bench, PASSWORD, '192.168.77.99')).toBe(429)
    expect(await login(bench, PASSWORD, '192.168.77.12')).toBe(200)
  })
  it('from many addresses meets the wait of the account at the second try of each', async () => {
    await using bench = await openBench()
    await logIn(bench.services)
    for (let i = 0; i < 8; i++) await login(bench, 'wrong', `192.168.77.${50 + i}`)
    expect(await login(bench, 'wrong', '192.168.77.50')).toBe(429)
  })
  it('is remembered over a restart, and forgotten after an hour of quiet', async () => {
    await using bench = await openBench()
    await logIn(bench.services)
    for (let i = 0; i < 5; i++) await login(bench, 'wrong')
    const restarted = new LoginLimit(bench.services.db, () => bench.clock.now)
    expect(await restarted.wait('192.168.77.12', 'anna')).toBe(1)
    bench.clock.now += 3600_000
    expect(await restarted.wait('192.168.77.12', 'anna')).toBe(0)
  })
  it('in a volley gets one answer, not many', async () => {
    await using bench = await openBench()
    await logIn(bench.services)
    const answers = await Promise.all(Array.from({ length: 20 }, () => login(bench, 'wrong')))
    expect(answers.filter((status) => status === 401)).toHaveLength(1)
    expect(answers.filter((status) => status === 429)).toHaveLength(19)
  })
  it('with names that do not exist is counted all the same', async () => {
    await using bench = await openBench()
    for (let i = 0; i < 5; i++) expect(await login(bench, 'wrong', '192.168.77.12', `nobody${i}`)).toBe(401)
    expect(await login(bench, 'wrong', '192.168.77.12', 'nobody9')).toBe(429)
  })
  it('cannot be made to wait longer by setting the clock back', async () => {
    await using bench = await openBench()
    for (let i = 0; i < 5; i++) await login(bench, 'wrong')
    bench.clock.now -= 86_400_000
    expect(await new LoginLimit(bench.services.db, () => bench.clock.now).wait('192.168.77.12', 'anna')).toBe(
      1,
    )
  })
})

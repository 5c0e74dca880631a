/**
 * SLIP for real, in a guest with Debian's kernel (guest.ts): slattach at both ends of virtual serial lines, an old machine on a null-modem
 * cable and a caller who logs in through two modems. What happens inside is dialin-slip-inside.ts; here each finding is judged.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleDataplane } from '../../apps/dataplane/bundle.ts'
import { ADDRESSES, dialinScript, ended, on } from './dialin-guest.ts'
import { type Findings, observe } from './findings.ts'

/** Emulation is slow: about 300 s where nothing else runs, three times that beside other tests. */
const SECONDS = 900

describe.skipIf(process.getuid?.() !== 0)('dialling in by SLIP, in a guest with Debian’s kernel', () => {
  let findings: Findings
  beforeAll(
    async () => {
      await bundleDataplane()
      findings = await observe(
        { script: dialinScript('e2e/guest/dialin-slip-inside.ts'), memoryMb: 1024 },
        SECONDS,
      )
    },
    SECONDS * 1000 + 5000,
  )
  afterAll(() => findings?.stop())

  const found = <T = Record<string, unknown>>(name: string): T => findings.found<T>(name)

  it('a modem waits for a call, a cable is open at once; the passwords are root’s alone', () => {
    const { actions, modem, open, ...rest } = found('waits')
    expect(actions).toEqual(expect.arrayContaining(['Dialling in switched on', 'anna may dial in']))
    expect(modem).toMatchObject({ state: 'waiting', problem: null })
    expect(open).toMatchObject({ state: 'open', interface: 'dialin1', caller: null, problem: null })
    expect(rest).toEqual({ again: [], mode: 0o600, passwordVisible: false })
  })

  it('an old machine at a cable speaks compressed SLIP: masqueraded, carried and counted', () => {
    const { devices, traffic, carried, ...rest } = found<{
      devices: string[]
      traffic: unknown
      carried: number
    }>('at the cable')
    expect(rest).toEqual({ seenAs: '198.51.100.2', box: true, bytes: 150_000 })
    expect(carried).toBeGreaterThan(20)
    expect(devices).toContain(ADDRESSES[1])
    expect(traffic).toMatchObject({ role: 'lan', state: 'up' })
  })

  it('only the address that was given comes in from a SLIP line', () => {
    const { answered, dropped } = found<{ answered: boolean; dropped: number }>('another source')
    expect(answered).toBe(false)
    expect(dropped).toBeGreaterThan(0)
  })

  it('the household and the old machine find each other where a rule allows it', () => {
    expect(found('a neighbour')).toEqual({ closed: false, inwards: true, outwards: true })
  })

  it('a rule that names the SLIP line stops whoever is at it, and counts', () => {
    const { denied, counted, again } = found<{ denied: string; counted: { packets: number }; again: string }>(
      'a rule',
    )
    expect({ denied, again }).toEqual({ denied: '', again: '198.51.100.2' })
    expect(counted.packets).toBeGreaterThan(0)
  })

  it('a cable that is pulled is told, and answered again when it is back, by plain SLIP', () => {
    expect(found('the cable is pulled')).toEqual({
      last: ended('the line was hung up', false),
      problem: 'there is no serial line /dev/ttyNEAR; was an adapter unplugged?',
      device: false,
      seen: '198.51.100.2',
    })
  })

  it('at a modem SLIP begins after a name and a password', () => {
    const { status, devices, traffic, ...rest } = found<{
      status: unknown
      devices: string[]
      traffic: unknown
    }>('logged in')
    expect(status).toMatchObject(on(0, 'anna'))
    expect(rest).toEqual({ seenAs: '198.51.100.2', box: true, bytes: 150_000, echoed: false })
    expect(devices).toContain(ADDRESSES[0])
    expect(traffic).toMatchObject({ role: 'lan', state: 'up' })
  })

  it('a SLIP call outlives a killed dataplane', () => {
    expect(found('killed')).toEqual({
      caller: { name: 'anna', since: expect.any(Number) },
      seenAs: '198.51.100.2',
    })
  })

  it('a SLIP call that is hung up is told, the device goes, and the next call is answered', () => {
    expect(found('hung up')).toEqual({
      last: ended('anna hung up, or the line broke', false),
      device: false,
      caller: { name: 'anna', since: expect.any(Number) },
      seen: '198.51.100.2',
    })
    expect(found('an account that is gone')).toEqual({ state: 'waiting', left: false })
  })

  it.each([
    ['wrong password', '“anna” was turned away: the password is wrong'],
    ['unknown', 'a caller was turned away: there is no account “mallory”'],
    ['speaks PPP', 'somebody called and spoke PPP; this line speaks SLIP'],
  ])('%s: SLIP does not begin, and it is told in words', (name, text) => {
    expect(found(name)).toMatchObject({ last: ended(text, true), let: false })
  })

  it('switched off, nothing is left of SLIP', () => {
    expect(found('switched off')).toEqual({ notes: [], devices: [false, false], status: { lines: [] } })
  })
})

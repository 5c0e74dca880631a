/**
 * Dialling in for real, in a guest with Debian's kernel (guest.ts): a whole household behind the product, a caller whose pppd dials through
 * two modems, and an old machine on a null-modem cable. What happens inside is dialin-inside.ts; here each finding is judged.
 */
import type { DialinLineStatus } from '@bauta/control'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleDataplane } from '../../apps/dataplane/bundle.ts'
import { ADDRESSES, dialinScript, ended, on } from './dialin-guest.ts'
import { type Findings, observe } from './findings.ts'

/** Emulation is slow: 150 to 240 s were measured on two busy cores, a third of it until the box was up. */
const SECONDS = 600

describe.skipIf(process.getuid?.() !== 0)('dialling in, in a guest with Debian’s kernel', () => {
  let findings: Findings
  beforeAll(
    async () => {
      await bundleDataplane()
      findings = await observe(
        { script: dialinScript('e2e/guest/dialin-inside.ts'), memoryMb: 1024 },
        SECONDS,
      )
    },
    SECONDS * 1000 + 5000,
  )
  afterAll(() => findings?.stop())

  const found = <T = Record<string, unknown>>(name: string): T => findings.found<T>(name)

  it('a modem is told to answer, and waits; the passwords are root’s alone, and not the system’s', () => {
    const { actions, again, modem, cable, ...rest } = found('waits')
    expect(actions).toEqual(
      expect.arrayContaining(['Dialling in switched on', 'anna may dial in', 'old-machine may dial in']),
    )
    expect(again).toEqual([])
    expect([modem, cable]).toMatchObject([{ state: 'waiting' }, { state: 'waiting' }])
    expect(rest).toEqual({
      heard: ['ATZ', 'ATS0=1'],
      mode: 0o600,
      passwordVisible: false,
      inSystem: false,
    })
  })

  it('who calls and knows the password is a machine of the household, masqueraded and counted', () => {
    const { status, traffic, devices, ...rest } = found<{
      traffic: { rxPackets: number }
      devices: string[]
    }>('right') as Record<string, unknown> & { traffic: { rxPackets: number }; devices: string[] }
    expect(status).toMatchObject(on(0, 'anna'))
    expect(rest).toEqual({ address: ADDRESSES[0], dns: '192.168.77.1', seenAs: '198.51.100.2', box: true })
    expect(traffic).toMatchObject({ role: 'lan', state: 'up' })
    expect(traffic.rxPackets).toBeGreaterThan(5)
    expect(devices).toContain(ADDRESSES[0])
  })

  it('what a caller fetches the kernel carries, once it is decided', () => {
    const { bytes, carried } = found<{ bytes: number; carried: number }>('a file')
    expect(bytes).toBe(150_000)
    expect(carried).toBeGreaterThan(20)
  })

  it('only the address that was given comes in', () => {
    const { answered, others, dropped } = found<{ answered: boolean; others: boolean; dropped: number }>(
      'another source',
    )
    expect({ answered, others }).toEqual({ answered: false, others: true })
    expect(dropped).toBeGreaterThan(0)
  })

  it('the household and the caller find each other where a rule allows it', () => {
    expect(found('a neighbour')).toEqual({
      closed: false,
      inwards: true,
      outwards: true,
      answeredBy: expect.stringMatching(/lladdr [0-9a-f:]{17}/),
    })
  })

  it('a rule that names the line stops its caller, and counts', () => {
    const { denied, counted, again } = found<{ denied: string; counted: { packets: number }; again: string }>(
      'a rule',
    )
    expect({ denied, again }).toEqual({ denied: '', again: '198.51.100.2' })
    expect(counted.packets).toBeGreaterThan(0)
  })

  it('two lines at once: an old machine on a null-modem cable, and the modem', () => {
    const { status, ...rest } = found('two at once')
    expect(status).toMatchObject(on(1, 'old-machine'))
    expect(rest).toEqual({
      address: ADDRESSES[1],
      first: 'on',
      last: ended('old-machine hung up', false),
    })
  })

  it('a call outlives a killed dataplane', () => {
    const { status, ...rest } = found('killed')
    expect(status).toMatchObject(on(0, 'anna'))
    expect(rest).toEqual({ still: true, seenAs: '198.51.100.2' })
  })

  it('hung up: told, the device goes, and the next call is answered', () => {
    expect(found('hung up')).toEqual({ last: ended('anna hung up', false), device: '' })
    expect(found('the second call')).toEqual({
      caller: { name: 'anna', since: expect.any(Number) },
      seen: '198.51.100.2',
      last: ended('anna was lost: the line broke', false),
    })
  })

  it.each([
    ['wrong password', '“anna” was turned away: no such account, or a wrong password'],
    ['unknown', 'a caller was turned away: there is no account “mallory”'],
    ['no PAP', 'a caller was turned away that would not prove who it is'],
  ])('%s: not let in, and told in words', (name, text) => {
    expect(found<{ last: DialinLineStatus['last']; let: boolean }>(name)).toEqual({
      last: ended(text, true),
      let: false,
    })
  })

  it('PAP where it was chosen; and an account that is removed is hung up', () => {
    expect(found('PAP')).toMatchObject({ caller: { name: 'anna' } })
    expect(found('an account that is gone')).toEqual({ state: 'waiting' })
  })

  it('a modem that is gone: said in words; switched off, nothing is left', () => {
    expect(found('unplugged')).toMatchObject({
      state: 'failed',
      problem: 'there is no serial line /dev/ttyBOX; was an adapter unplugged?',
    })
    expect(found('switched off')).toEqual({ left: '', status: { lines: [] } })
  })
})

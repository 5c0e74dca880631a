import { describe, expect, it } from 'vitest'
import { noNames } from './fixtures.ts'
import { findNames, parseServices, systemNames } from './names.ts'

describe('names', () => {
  it('of services are the first of each port and protocol', () => {
    const found = parseServices('# comment\nhttp 80/tcp www\nwww 80/tcp\n\ndomain\t53/udp\nbroken\n')
    expect([...found]).toEqual([
      ['80/tcp', 'http'],
      ['53/udp', 'domain'],
    ])
  })

  it('of hosts are asked for once', async () => {
    const asked: string[] = []
    const host = async (address: string) => {
      asked.push(address)
      return address.endsWith('.2') ? 'tv' : null
    }
    const names = await findNames([0xc0a80102, 0xc0a80103, 0xc0a80102], { ...noNames, host })
    expect(asked).toEqual(['192.168.1.2', '192.168.1.3'])
    expect([names.host(0xc0a80102), names.host(0xc0a80103)]).toEqual(['tv', null])
    expect([names.service(25, 6), names.service(25, 17), names.service(53, 17)]).toEqual([
      'smtp',
      null,
      'domain',
    ])
  })

  it('are given up on after a while', async () => {
    let giveUp: (name: null) => void = () => undefined
    const names = await findNames([1], {
      ...noNames,
      host: () =>
        new Promise((resolve) => {
          giveUp = resolve
        }),
      cancel: () => giveUp(null),
    })
    expect(names.host(1)).toBeNull()
  })

  it('of this system can be asked for', async () => {
    const source = systemNames()
    expect(typeof (await source.services())).toBe('string')
    expect(await source.host('not an address')).toBeNull()
  })
})

/** The arm64 image by UEFI: its page answers, and a household machine behind it goes out under its address. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../lab/shell.ts'
import { Guest } from './guest.ts'
import { diskFrom, imageFor } from './images.ts'
import { Places, PROVIDER } from './places.ts'

describe('the image for arm64', () => {
  let places: Places
  let guest: Guest

  beforeAll(async () => {
    const image = imageFor('arm64')
    places = new Places()
    const { folder, cards, machine } = places
    const disk = diskFrom(image, folder)
    guest = Guest.start({
      name: 'box',
      arch: 'arm64',
      firmware: 'uefi',
      disk,
      folder,
      cards,
      namespace: machine,
    })
    await places.plugIn()
    await places.startProvider()
  })
  afterAll(async () => {
    await guest?.cutPower()
    places?.close()
  })

  test('starts to the admin page', async () => {
    await guest.reaches('admin page', 600)
    expect(await guest.sh('uname -m')).toBe('aarch64')
    expect(await guest.sh('systemctl list-units --failed --plain --no-legend --no-pager')).toBe('')
  })

  test('a household machine sees the page, and goes out under the box’s address', async () => {
    places.settle()
    expect(places.fetch('http://192.168.77.1/api/health')).toContain('ok')
    const seen = await until('the box’s way out', 120, () => {
      try {
        return places.fetch(`http://${PROVIDER.server}/`, 10)
      } catch {
        return false
      }
    })
    expect(seen).toMatch(/^(::ffff:)?198\.51\.100\.5\d$/)
  })
})

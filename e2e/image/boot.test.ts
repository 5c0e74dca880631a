/**
 * The amd64 image on a machine with 512 MB: from power on to a page that answers, and a household machine behind it that gets an
 * address and reaches a server at the provider. Each stage is timed and printed.
 */
import type { Status } from '@bauta/control/schemas'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inside, run, until } from '../lab/shell.ts'
import { Guest } from './guest.ts'
import { diskFrom, imageFor } from './images.ts'
import { Places, PROVIDER } from './places.ts'
import { firstRun } from './wizard.ts'

const BOX = '192.168.77.1'
/** Says something to the server from a thousand ports, one after the other. */
const CONNECTIONS = `const { createSocket } = require('node:dgram')
  const say = (left) => {
    if (left === 0) return
    const socket = createSocket('udp4')
    socket.send('hello', 9, process.argv[1], () => { socket.close(); say(left - 1) })
  }
  say(1000)`

describe('the image for amd64', () => {
  let places: Places
  let guest: Guest

  beforeAll(async () => {
    const image = imageFor('amd64')
    places = new Places()
    const { folder, cards, machine } = places
    guest = Guest.start({
      name: 'box',
      arch: 'amd64',
      firmware: 'uefi',
      disk: diskFrom(image, folder),
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

  test('starts by UEFI to the admin page', async () => {
    await guest.reaches('admin page', 400)
    expect(await guest.sh('systemctl list-units --failed --plain --no-legend --no-pager')).toBe('')
    console.log(await guest.sh('systemd-analyze --no-pager'))
  })

  test('its root cannot be written, and the data partition has the whole disk', async () => {
    expect(await guest.sh('touch /etc/x /usr/x 2>&1; echo')).toMatch(/Read-only file system/)
    expect(await guest.sh('stat -f -c %T /')).toBe('squashfs')
    const size = await guest.sh('df -m --output=size /var/lib/bauta | tail -1')
    expect(Number(size)).toBeGreaterThan(900)
  })

  test('a household machine sees the page, and goes out under the box’s address', async () => {
    places.settle()
    const page = places.fetch(`http://${BOX}/api/health`)
    expect(page).toContain('ok')
    const seen = await until('the box’s way out', 60, () => {
      try {
        return places.fetch(`http://${PROVIDER.server}/`, 5)
      } catch {
        return false
      }
    })
    expect(seen).toMatch(/^(::ffff:)?198\.51\.100\.5\d$/)
  })

  test('a household machine gets its address from the box', () => {
    expect(places.lease(60)).toMatch(/^192\.168\.77\.\d+$/)
    places.settle()
  })

  test('its first run, in a browser on that machine: the password is all that is typed', () =>
    firstRun(places, `http://${BOX}`, {
      finds: /Found at .*: DHCP/,
      ends: /DHCP, up with 198\.51\.100\.5\d/,
    }))

  test('nobody can log in: no password is set, no login runs on the console, no SSH listens', async () => {
    const hashes = await guest.sh('cut -d: -f2 /etc/shadow | sort -u')
    expect(hashes).toBe('*')
    expect(await guest.sh('pgrep -c "agetty|login|sshd|sulogin" || true')).toBe('0')
    expect(await guest.sh("ss -Hltn 'sport = :22'")).toBe('')
  })

  test('the web app is confined', async () => {
    const line = await guest.sh('systemd-analyze security --no-pager bauta-web.service | tail -1')
    const exposure = Number(/: ([\d.]+) /.exec(line)?.[1])
    console.log(`  systemd-analyze security bauta-web: ${exposure}`)
    expect(exposure).toBeLessThanOrEqual(3)
    const user = await guest.sh('ps -o user= -p "$(systemctl show -P MainPID bauta-web)"')
    expect(user.trim()).toBe('bauta-web')
    const capabilities = await guest.sh('grep CapEff "/proc/$(systemctl show -P MainPID bauta-web)/status"')
    expect(capabilities).toMatch(/0{16}$/)
  })

  test('memory: at most 300 MB of 512 in use with everything running', async () => {
    for (let i = 0; i < 20; i++) places.fetch(`http://${BOX}/`)
    run(inside(places.lan, [process.execPath, '-e', CONNECTIONS, PROVIDER.server]))
    const { connections } = JSON.parse(await guest.sh('bauta status --json')) as Status
    expect(connections.total).toBeGreaterThanOrEqual(1000)
    const [total, available] = (await guest.sh("awk '/MemTotal|MemAvailable/ { print $2 }' /proc/meminfo"))
      .split('\n')
      .map(Number)
    const used = (total! - available!) / 1024
    console.log(`  memory in use: ${used.toFixed(0)} MB of ${(total! / 1024).toFixed(0)} MB`)
    console.log(await guest.sh('ps axo rss,args --sort=-rss | grep -v "\\[" | head -8 | cut -c1-110'))
    expect(used).toBeLessThanOrEqual(300)
  })
})

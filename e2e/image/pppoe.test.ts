/** A real ppp0: the box dials a PPPoE provider with the kernel's own PPP; nothing stalls on the smaller MTU; a new session brings a new address. */
import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { attempt, inside, run, until } from '../lab/shell.ts'
import { Guest } from './guest.ts'
import { diskFrom, imageFor } from './images.ts'
import { Places, PROVIDER } from './places.ts'
import { ACCESS, LOGIN, prepareProvider, serveSessions, startPppoeProvider } from './pppoe-provider.ts'
import { firstRun } from './wizard.ts'

const BOX = '192.168.77.1'
const LINE = 'bauta-line'
const BYTES = 3_000_000

describe('PPPoE', () => {
  let places: Places
  let box: Guest
  let provider: Guest

  beforeAll(async () => {
    const image = imageFor('amd64')
    places = new Places()
    const { folder, machine, cards } = places
    provider = startPppoeProvider({
      disk: diskFrom(image, folder, 'provider'),
      folder,
      namespace: machine,
      tap: LINE,
    })
    box = Guest.start({
      name: 'box',
      arch: 'amd64',
      firmware: 'bios',
      disk: diskFrom(image, folder),
      folder,
      cards,
      namespace: machine,
    })
    await places.plugIn()
    await until('the provider’s card', 20, () => attempt(['ip', '-n', machine, 'link', 'show', LINE]))
    await Promise.all([box.reaches('admin page', 500), provider.reaches('systemd and dataplane', 500)])
    await prepareProvider(provider)
    // The line: the box's WAN and the provider's card in one bridge. Not before: until it is prepared the provider is a router
    // with a home network of its own, and the box would rightly move away from that.
    run(['ip', '-n', machine, 'link', 'set', LINE, 'netns', places.isp])
    run(['ip', '-n', places.isp, 'address', 'flush', 'dev', 'eth0'])
    run([
      'ip',
      '-n',
      places.isp,
      'link',
      'add',
      'line',
      'type',
      'bridge',
      'forward_delay',
      '0',
      'stp_state',
      '0',
    ])
    for (const device of ['eth0', LINE]) {
      run(['ip', '-n', places.isp, 'link', 'set', device, 'master', 'line'])
      run(['ip', '-n', places.isp, 'link', 'set', device, 'up'])
    }
    run(['ip', '-n', places.isp, 'link', 'set', 'line', 'up'])
    await serveSessions(provider, '100.64.0.10')
    places.settle()
  })
  afterAll(async () => {
    await Promise.all([box?.cutPower(), provider?.cutPower()])
    places?.close()
  })

  const seenAs = (address: string, seconds: number) =>
    until(`the household goes out as ${address}`, seconds, () => {
      try {
        return places.fetch(`http://${PROVIDER.server}/`, 5).endsWith(address)
      } catch {
        return false
      }
    })

  test('the wizard in a browser: user name and password are enough, ppp0 stands, and the household goes out through it', async () => {
    await firstRun(places, `http://${BOX}`, {
      finds: /Found at .*: PPPoE/,
      login: LOGIN,
      ends: /PPPoE, up with 100\.64\.0\.10/,
    })
    try {
      await seenAs('100.64.0.10', 120)
    } catch (error) {
      console.log(await box.sh('journalctl -b --no-pager -n 40; ip -br address').catch(String))
      console.log(await provider.sh('tail -30 /run/ppp.log; journalctl -b --no-pager -n 10').catch(String))
      throw error
    }
    expect(await box.sh('ip -o link show ppp0')).toMatch(/mtu 1492/)
    expect(await box.sh('ip -color=never -4 -o address show ppp0')).toContain(`100.64.0.10 peer ${ACCESS}`)
  })

  test('1492 outside, 1500 inside: nothing stalls, in either direction', async () => {
    expect(run(['ip', '-n', places.lan, '-o', 'link', 'show', 'eth0'])).toMatch(/mtu 1500/)
    const began = Date.now()
    const got = places.fetch(`http://${PROVIDER.server}/bytes/${BYTES}`, 120)
    expect(got.length).toBe(BYTES)
    console.log(`  ${BYTES / 1e6} MB down in ${((Date.now() - began) / 1000).toFixed(1)} s (emulated)`)
    const sent = spawnSync('head', ['-c', String(BYTES), '/dev/zero'], { maxBuffer: BYTES * 2 })
    run(
      inside(places.lan, [
        'curl',
        '-sSf',
        '-m',
        '120',
        '-H',
        'Expect:',
        '--data-binary',
        '@-',
        `http://${PROVIDER.server}/`,
      ]),
      sent.stdout.toString('latin1'),
    )
  })

  test('the provider ends the session: the box dials again and goes on with the new address', async () => {
    const began = Date.now()
    await serveSessions(provider, '100.64.0.77')
    await seenAs('100.64.0.77', 180)
    console.log(
      `  going out with the new address ${((Date.now() - began) / 1000).toFixed(1)} s after the session was ended (emulated)`,
    )
    expect(await box.sh('ip -4 -o address show ppp0')).toContain('100.64.0.77')
  })
})

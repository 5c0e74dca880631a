/**
 * What happens to a box at home: a daemon dies, the data partition fills up, the power is cut while somebody saves, somebody
 * wants everything forgotten. BAUTA_POWER_CUTS says how often the power is cut (5 unless told).
 */
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { firstSector, SECTOR } from '../../docker/image/disk.ts'
import { run as program } from '../../docker/image/shell.ts'
import { inside, run, sleep, until } from '../lab/shell.ts'
import { Guest } from './guest.ts'
import { diskFrom, imageFor } from './images.ts'
import { Places, PROVIDER } from './places.ts'

const BOX = '192.168.77.1'
const CUTS = Number(process.env.BAUTA_POWER_CUTS ?? 5)
const SAVER = path.join(import.meta.dirname, 'saver.ts')
const ORDER = path.join(import.meta.dirname, 'order.ts')

const SSH_OPTIONS = [
  'StrictHostKeyChecking=no',
  'UserKnownHostsFile=/dev/null',
  'BatchMode=yes',
  'ConnectTimeout=5',
].flatMap((option) => ['-o', option])

const lastSaved = (text: string): number =>
  Math.max(...[...text.matchAll(/saved (\d+)/g)].map(([, value]) => Number(value)))

describe('a box at home', () => {
  let places: Places
  let guest: Guest
  let disk: string

  const boot = async () => {
    const { folder, cards, machine } = places
    guest = Guest.start({
      name: 'box',
      arch: 'amd64',
      firmware: 'bios',
      disk,
      folder,
      cards,
      namespace: machine,
    })
    await places.plugIn()
    await guest.reaches('admin page', 400)
    places.settle()
  }
  const goesOut = () =>
    until('the way out', 90, () => {
      try {
        return places.fetch(`http://${PROVIDER.server}/`, 5)
      } catch {
        return false
      }
    })
  /** @returns its lines, as they come */
  const save = (...words: string[]) => {
    const argv = inside(places.lan, [process.execPath, SAVER, `http://${BOX}`, ...words])
    const child = spawn(argv[0]!, argv.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })
    const heard = { text: '', errors: '', ended: false }
    child.stdout.on('data', (chunk) => {
      heard.text += chunk
    })
    child.stderr.on('data', (chunk) => {
      heard.errors += chunk
    })
    child.on('close', () => {
      heard.ended = true
    })
    return { child, heard }
  }
  const order = (...words: string[]) =>
    run(inside(places.lan, [process.execPath, ORDER, `http://${BOX}`, ...words]))
  /** The machine wants to start again, which ends QEMU; here it is started by hand. */
  const startsAgain = async (what: () => void) => {
    what()
    await until('the end of the machine', 120, () => !guest.alive)
    await boot()
  }
  const stored = async () => {
    const { heard } = save('--read')
    await until('the settings', 90, () => heard.ended)
    const value = /has (\d+)/.exec(heard.text)?.[1]
    if (!value) throw new Error(`the box does not tell its settings: ${heard.errors}`)
    return Number(value)
  }

  beforeAll(async () => {
    const image = imageFor('amd64')
    places = new Places()
    disk = diskFrom(image, places.folder)
    await boot()
    await places.startProvider()
    await goesOut()
  })
  afterAll(async () => {
    await guest?.cutPower()
    places?.close()
  })

  test.each(['dnsmasq', 'dhcpcd', 'chronyd'])('%s is killed: it is back within 2 s', async (daemon) => {
    const found = await guest.ask(`pgrep -o -x ${daemon}`)
    expect(found.status, `${daemon} runs`).toBe(0)
    const script = `old=$(pgrep -o -x ${daemon}); kill -9 $old; begin=$(date +%s%N); i=0
      until new=$(pgrep -o -x ${daemon}) && [ "$new" != "$old" ]; do i=$((i+1)); [ $i -lt 300 ] || exit 1; sleep 0.1; done
      echo $(( ($(date +%s%N) - begin) / 1000000 ))`
    const milliseconds = Number((await guest.sh(script)).split('\n').at(-1))
    console.log(`  ${daemon}: back after ${milliseconds} ms`)
    expect(milliseconds).toBeLessThanOrEqual(2000)
  })

  test('the dataplane is killed: it comes back by itself, and the household goes out again', async () => {
    const old = await guest.sh('systemctl show -P MainPID bauta-dataplane')
    await guest.sh(`kill -9 ${old}`)
    const began = Date.now()
    await until('another dataplane', 120, async () => {
      const state = await guest.sh('systemctl show -P MainPID -P ActiveState bauta-dataplane')
      return /active/.test(state) && !/activating/.test(state) && !state.includes(old)
    })
    await goesOut()
    console.log(
      `  forwarding again ${((Date.now() - began) / 1000).toFixed(1)} s after kill -9 of the dataplane (emulated)`,
    )
  })

  test('a full data partition: the household goes out, and a save is refused clearly', async () => {
    const { heard } = save('700')
    await until('a first save', 120, () => /saved 70\d/.test(heard.text))
    // `cat` goes on to the very last block, those of root too.
    await guest.ask('cat /dev/zero > /var/lib/bauta/full 2>/dev/null; sync')
    await until('the saver to be refused', 120, () => heard.ended)
    console.log(`  ${/PUT[^\n]*/.exec(heard.errors)?.[0]}`)
    expect(heard.errors).toMatch(/: 503 .*Nothing was changed.*could not be written to the disk/)
    await goesOut()
    await guest.sh('rm /var/lib/bauta/full')
    expect(await stored()).toBe(lastSaved(heard.text))
  })

  test(
    `the power is cut ${CUTS} times while settings are saved: none that was acknowledged is lost`,
    async () => {
      let first = 2000
      for (let cut = 1; cut <= CUTS; cut++) {
        const { child, heard } = save(String(first))
        await until('a first save', 120, () => /saved/.test(heard.text) || heard.ended)
        await sleep(Math.random() * 4000)
        await guest.cutPower()
        child.kill('SIGKILL')
        const saved = lastSaved(heard.text)
        await boot()
        const has = await stored()
        console.log(`  cut ${cut}: acknowledged up to ${saved}, the box has ${has}`)
        // The one on its way may have got through without its answer.
        expect([saved, saved + 1]).toContain(has)
        await goesOut()
        first = has + 1
      }
    },
    CUTS * 400_000,
  )

  test('a file on the boot partition: everything is forgotten, also the wish itself', async () => {
    await guest.cutPower()
    const at = `${disk}@@${firstSector('boot') * SECTOR}`
    program(['mcopy', '-i', at, '/dev/null', '::/factory-reset'])
    await boot()
    const session = places.fetch(`http://${BOX}/api/session`)
    console.log(`  ${session}`)
    expect(run(['mdir', '-b', '-i', at, '::/'])).not.toContain('factory-reset')
    const { heard } = save('--read')
    await until('a new owner', 90, () => heard.ended)
    expect(heard.text, heard.errors).toContain('has 300')
  })

  test('a shell, once a key is given: from the home network, with that key, and not before', async () => {
    const key = path.join(places.folder, 'key')
    run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key])
    const publicKey = readFileSync(`${key}.pub`, 'utf8').trim()
    const shell = (place: string, address: string) =>
      spawnSync(
        'ip',
        ['netns', 'exec', place, 'ssh', ...SSH_OPTIONS, '-i', key, `root@${address}`, 'cat /etc/hostname'],
        { encoding: 'utf8' },
      )
    expect(shell(places.lan, BOX).stderr).toContain('refused')
    order('open-shell', publicKey)
    const answer = await until('the shell', 60, () => {
      const said = shell(places.lan, BOX)
      return said.status === 0 ? said.stdout.trim() : false
    }).catch(async (error) => {
      console.log(shell(places.lan, BOX).stderr)
      console.log((await guest.ask('journalctl -b --no-pager -u bauta-ssh -u bauta-dataplane -n 20')).out)
      throw error
    })
    expect(answer).toBe('bauta')
    const [outside] = /198\.51\.100\.5\d/.exec(await guest.sh('ip -4 -o address'))!
    expect(shell(places.isp, outside).status).not.toBe(0)
    order('close-shell')
    await until('the shell is closed', 60, () => shell(places.lan, BOX).status !== 0)
  })

  test('started again from the page', async () => {
    await startsAgain(() => order('reboot'))
    await goesOut()
  })

  test('reset from the page: everything is forgotten, and somebody else may claim the box', async () => {
    await guest.sh('touch /var/lib/bauta/state/something')
    await startsAgain(() => order('factory-reset'))
    expect(
      (await guest.ask('ls /var/lib/bauta/factory-reset /var/lib/bauta/state/something')).status,
    ).not.toBe(0)
    expect(places.fetch(`http://${BOX}/api/session`)).toContain('unclaimed')
    await goesOut()
  })
})

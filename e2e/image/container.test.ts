/**
 * The container's program without a container engine: the root of the image in namespaces of our own, started by docker/appliance/entry.
 * What an engine adds (building, limits of rights) is not shown here.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytesOf, firstSector, SECTOR } from '../../docker/image/disk.ts'
import { run as program } from '../../docker/image/shell.ts'
import { ROOT } from '../lab/record.ts'
import { attempt, inside, run, until } from '../lab/shell.ts'
import { imageFor } from './images.ts'

describe('the appliance in a container', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bauta-container-'))
  const namespace = `bauta-container-${process.pid}-${randomBytes(2).toString('hex')}`
  const root = path.join(folder, 'root')
  let container: ChildProcess | undefined
  let words = ''

  beforeAll(() => {
    const image = imageFor('amd64')
    const packed = path.join(folder, 'root.squashfs')
    const start = firstSector('root-a') * SECTOR
    program([
      'dd',
      `if=${image}`,
      `of=${packed}`,
      'bs=1M',
      `skip=${start >> 20}`,
      `count=${bytesOf('root-a') >> 20}`,
      'status=none',
    ])
    program(['unsquashfs', '-quiet', '-no-progress', '-d', root, packed])
    copyFileSync(path.join(ROOT, 'docker/appliance/entry'), path.join(root, 'usr/bin/bauta-entry'))
    run(['ip', 'netns', 'add', namespace])
    for (const device of ['eth0', 'eth1']) {
      run(['ip', '-n', namespace, 'link', 'add', device, 'type', 'veth', 'peer', 'name', `${device}-far`])
      for (const end of [device, `${device}-far`]) run(['ip', '-n', namespace, 'link', 'set', end, 'up'])
    }
    run(['ip', '-n', namespace, 'link', 'set', 'lo', 'up'])
    run(['ip', '-n', namespace, 'address', 'add', '198.51.100.2/24', 'dev', 'eth0'])
    run(['ip', '-n', namespace, 'address', 'add', '192.168.77.1/24', 'dev', 'eth1'])
  })
  afterAll(async () => {
    container?.kill('SIGTERM')
    for (const pid of run(['ip', 'netns', 'pids', namespace]).split('\n').filter(Boolean))
      attempt(['kill', '-9', pid])
    await until('the end of its processes', 20, () => run(['ip', 'netns', 'pids', namespace]).trim() === '')
    attempt(['ip', 'netns', 'delete', namespace])
    rmSync(folder, { recursive: true, force: true })
  })

  const start = (environment: Record<string, string>) => {
    // Mounts of a namespace of their own end with it.
    const mounts = `mount -t proc proc "$0/proc" && mount --bind /dev "$0/dev" && mount -t sysfs sysfs "$0/sys" &&
      mount -t tmpfs tmpfs "$0/run" && mount -t tmpfs tmpfs "$0/var" && mount -t bpf bpf "$0/sys/fs/bpf" 2>/dev/null; exec chroot "$0" /usr/bin/bauta-entry`
    const argv = inside(namespace, ['unshare', '--pid', '--fork', '--kill-child', 'sh', '-c', mounts, root])
    const child = spawn(argv[0]!, argv.slice(1), {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...environment },
    })
    for (const pipe of [child.stdout, child.stderr])
      pipe.on('data', (chunk) => {
        words += chunk
      })
    return child
  }

  test('says what it must be told', async () => {
    const child = start({})
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(2)
    expect(words).toContain('BAUTA_LAN=eth1 BAUTA_WAN=eth0')
  })

  test('its page answers, and the dataplane has both devices', async () => {
    container = start({ BAUTA_LAN: 'eth1', BAUTA_WAN: 'eth0' })
    try {
      await until('the page', 60, () =>
        attempt(inside(namespace, ['curl', '-sf', '-m', '2', 'http://192.168.77.1/api/health'])),
      )
    } catch (error) {
      console.log(words)
      throw error
    }
    await until(
      'both devices',
      20,
      () =>
        attempt(['ip', '-n', namespace, 'link', 'show', 'm-wan0']) ||
        /m-/.test(run(['ip', '-n', namespace, '-br', 'link'])),
    )
    const programs = run(['ip', 'netns', 'pids', namespace]).split('\n').filter(Boolean)
    expect(programs.length).toBeGreaterThan(2)
  })
})

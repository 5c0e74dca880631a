import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import koffi from 'koffi'
import { afterAll, expect, test } from 'vitest'
import { serviceManager, unixAddress, watchdogPeriod } from './service-manager.ts'

const folder = mkdtempSync(join(tmpdir(), 'bauta-notify-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The other end, as systemd holds it. */
function listen(name: string): () => string | null {
  const libc = koffi.load('libc.so.6')
  const fd: number = libc.func('int socket(int, int, int)')(1, 2, 0)
  const address = unixAddress(name)
  expect(libc.func('int bind(int, const void *, uint32_t)')(fd, address, address.length)).toBe(0)
  const recv = libc.func('long recv(int, void *, size_t, int)')
  const buffer = Buffer.alloc(4096)
  const MSG_DONTWAIT = 0x40
  return () => {
    const length = Number(recv(fd, buffer, buffer.length, MSG_DONTWAIT))
    return length < 0 ? null : buffer.toString('utf8', 0, length)
  }
}

test('ready is told at once, life again and again', async () => {
  const name = join(folder, 'notify')
  const next = listen(name)
  const complaints: string[] = []
  const manager = serviceManager({ NOTIFY_SOCKET: name, WATCHDOG_USEC: '40000' }, (line) =>
    complaints.push(line),
  )
  expect(next()).toBeNull()
  manager.ready()
  expect(next()).toBe('READY=1')
  manager.keepAlive()
  expect(next()).toBeNull()
  await expect.poll(next, { timeout: 2000 }).toBe('WATCHDOG=1')
  await expect.poll(next, { timeout: 2000 }).toBe('WATCHDOG=1')
  expect(complaints).toEqual([])
})

test('an abstract socket', () => {
  const name = `@bauta-test-${process.pid}`
  const next = listen(name)
  serviceManager({ NOTIFY_SOCKET: name }, () => {}).ready()
  expect(next()).toBe('READY=1')
})

test('nobody who listens is told once, and is no failure', () => {
  const complaints: string[] = []
  const manager = serviceManager({ NOTIFY_SOCKET: join(folder, 'nobody') }, (line) => complaints.push(line))
  manager.ready()
  manager.ready()
  expect(complaints).toEqual([expect.stringMatching(/could not be told READY=1/)])
})

test('without systemd there is nobody to tell, and nothing keeps the process', async () => {
  const script = `import { serviceManager } from '${join(import.meta.dirname, 'service-manager.ts')}'
    const manager = serviceManager({ WATCHDOG_USEC: '1000000' }, console.log); manager.ready(); manager.keepAlive()`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], { stdio: 'pipe' })
  const said: string[] = []
  child.stdout.on('data', (data) => said.push(String(data)))
  child.stderr.on('data', (data) => said.push(String(data)))
  const code = await new Promise((resolve) => child.on('close', resolve))
  expect([code, said]).toEqual([0, []])
})

test.each([
  [{}, null],
  [{ WATCHDOG_USEC: '30000000' }, 30_000],
  [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '7' }, 30_000],
  [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '8' }, null],
  [{ WATCHDOG_USEC: 'x' }, null],
])('watched as %j says: every %s ms', (environment, period) => {
  expect(watchdogPeriod(environment, 7)).toBe(period)
})

test.each(['relative', '', `/${'x'.repeat(200)}`])('%j is no address', (name) => {
  expect(() => unixAddress(name)).toThrow(/no address of a unix socket/)
})

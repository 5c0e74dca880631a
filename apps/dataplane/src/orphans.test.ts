import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { endOrphan } from './orphans.ts'

test('a daemon that was left behind is ended; another process under its number is not', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'bauta-orphan-'))
  const pidFile = join(dir, 'daemon.pid')
  const child = spawn('sleep', ['60.125'])
  await once(child, 'spawn')
  writeFileSync(pidFile, `${child.pid}\n`)
  expect(await endOrphan(pidFile, 'dnsmasq')).toBe(false)
  expect(child.exitCode).toBe(null)
  const ended = once(child, 'exit')
  expect(await endOrphan(pidFile, '60.125')).toBe(true)
  expect((await ended)[1]).toBe('SIGTERM')
  expect(await endOrphan(join(dir, 'none'), '60.125')).toBe(false)
  rmSync(dir, { recursive: true })
})

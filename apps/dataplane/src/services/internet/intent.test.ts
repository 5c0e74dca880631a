import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Internet } from '@bauta/config'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { IntentFile } from './intent.ts'

const internet = (password: string): Internet => ({
  use: 'DSL',
  connections: [
    {
      name: 'DSL',
      method: { kind: 'pppoe', user: 'me@isp', password, service: '', mtu: 'auto' },
      when: 'manual',
      idleSeconds: 300,
    },
  ],
  dialers: [],
})

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bauta-intent-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('is known again under the same settings only, and keeps no password', () => {
  const file = join(folder, 'intent.json')
  new IntentFile(file).set(internet('hunter22-secret'), { wanted: true })
  const later = new IntentFile(file)
  expect(later.under(internet('hunter22-secret')).wanted).toBe(true)
  expect(later.under(internet('another')).wanted).toBe(null)
  expect(readFileSync(file, 'utf8')).not.toContain('hunter22')
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

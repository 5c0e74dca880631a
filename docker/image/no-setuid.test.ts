import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { takeSetuid } from './no-setuid.ts'

it('leaves no program that lends its owner’s rights, and all else as it was', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'bauta-setuid-'))
  const at = (name: string) => path.join(root, name)
  const mode = (name: string) => statSync(at(name)).mode & 0o7777
  try {
    mkdirSync(at('usr/bin'), { recursive: true })
    for (const [name, bits] of [
      ['su', 0o4755],
      ['pppd', 0o4754],
      ['chage', 0o2755],
      ['cat', 0o755],
    ] as const) {
      writeFileSync(at(`usr/bin/${name}`), '')
      chmodSync(at(`usr/bin/${name}`), bits)
    }
    symlinkSync('su', at('usr/bin/sudo'))
    chmodSync(at('usr'), 0o1777)
    expect(takeSetuid(root).sort()).toEqual(['usr/bin/chage', 'usr/bin/pppd', 'usr/bin/su'])
    expect(['usr/bin/su', 'usr/bin/pppd', 'usr/bin/chage', 'usr/bin/cat', 'usr'].map(mode)).toEqual([
      0o755, 0o754, 0o755, 0o755, 0o1777,
    ])
  } finally {
    rmSync(root, { recursive: true })
  }
})

/** `./bauta image build`: Debian and Bauta become one flashable disk. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Arch } from './arch.ts'
import { bootFiles, takeBoot } from './boot.ts'
import { embedBios, fill, makeBoot, makeData, makeTable, newDiskId } from './disk.ts'
import { makeInitrd } from './initrd.ts'
import { takeSetuid } from './no-setuid.ts'
import { BOOT, KEPT } from './packages.ts'
import { installProduct } from './product.ts'
import { furnish, missingLibraries, unpack } from './rootfs.ts'
import { run } from './shell.ts'

export interface Build {
  arch: Arch
  /** the raw disk; beside it the same as .zst */
  out: string
  /** a folder of our own */
  work: string
  cache: string
  compress: boolean
  say: (line: string) => void
}

export interface Built {
  raw: string
  compressed: string | null
  bytes: { root: number; initrd: number; raw: number; compressed: number | null }
}

export function build({ arch, out, work, cache, compress, say }: Build): Built {
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  mkdirSync(path.dirname(out), { recursive: true })
  const step = <T>(what: string, action: () => T): T => {
    const began = Date.now()
    const result = action()
    say(`✓ ${what} (${((Date.now() - began) / 1000).toFixed(1)} s)`)
    return result
  }
  const at = (name: string) => path.join(work, name)
  const root = at('root')
  step('Debian 13 unpacked', () => unpack([...KEPT[arch], ...BOOT[arch]], arch, root))
  step('loaders and kernel', () => takeBoot(root, arch, at('boot')))
  const version = step('fitted out for a router', () => furnish(root))
  step('Bauta put in', () => installProduct(root, arch, cache))
  takeSetuid(root)
  const missing = missingLibraries(root)
  if (missing.length > 0) throw new Error(`the package list is not complete: ${missing.join('; ')}`)
  step('initrd', () => makeInitrd(root, version, at('initrd'), at('initrd.img')))
  step('root packed', () =>
    run([
      'mksquashfs',
      root,
      at('root.squashfs'),
      '-quiet',
      '-no-progress',
      '-noappend',
      '-comp',
      'zstd',
      '-Xcompression-level',
      '9',
      '-b',
      '256K',
      '-processors',
      '2',
    ]),
  )
  step('disk written', () => {
    const diskId = newDiskId()
    makeTable(out, diskId)
    makeBoot(at('boot.fat'), bootFiles({ arch, diskId, from: at('boot'), initrd: at('initrd.img') }))
    makeData(at('data.ext4'))
    fill(out, 'boot', at('boot.fat'))
    fill(out, 'root-a', at('root.squashfs'))
    fill(out, 'data', at('data.ext4'))
    if (arch === 'amd64') embedBios(out, readFileSync(at('boot/boot.img')), readFileSync(at('boot/core.img')))
  })
  const compressed = compress ? `${out}.zst` : null
  if (compressed) step('compressed', () => run(['zstd', '-q', '-f', '-T2', '-10', '-o', compressed, out]))
  const size = (file: string) => (existsSync(file) ? statSync(file).size : 0)
  const bytes = {
    root: size(at('root.squashfs')),
    initrd: size(at('initrd.img')),
    raw: size(out),
    compressed: compressed ? size(compressed) : null,
  }
  rmSync(work, { recursive: true, force: true })
  return { raw: out, compressed, bytes }
}

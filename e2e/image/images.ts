/** Which image a test starts: the one that BAUTA_IMAGE names, or the one that was built last, built when there is none. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Arch } from '../../docker/image/arch.ts'
import { build } from '../../docker/image/build.ts'
import { run } from '../../docker/image/shell.ts'
import { ROOT } from '../lab/record.ts'

const FOLDER = path.join(ROOT, '.bauta/image')

export function imageFor(arch: Arch): string {
  const named = process.env[`BAUTA_IMAGE_${arch.toUpperCase()}`]
  if (named) return named
  const out = path.join(FOLDER, `bauta-${arch}.img`)
  const began = Date.now()
  const work = path.join(FOLDER, `work-test-${process.pid}`)
  build({
    arch,
    out,
    work,
    cache: path.join(FOLDER, 'npm'),
    compress: false,
    say: (line) => console.log(`  ${line}`),
  })
  console.log(`  image for ${arch} built in ${((Date.now() - began) / 1000).toFixed(0)} s`)
  return out
}

/** A disk of its own for one test, larger than the image, as a real one is. */
export function diskFrom(image: string, folder: string, name = 'disk'): string {
  const disk = path.join(folder, `${name}.img`)
  if (existsSync(disk)) throw new Error(`${disk} is there already`)
  run(['cp', '--sparse=always', image, disk])
  run(['truncate', '--size=2G', disk])
  return disk
}

/** One package of npm for another machine than this one, in exactly the version and with the very bytes that the lock file names. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { run } from './shell.ts'

export interface LockEntry {
  version: string
  integrity?: string
  dependencies?: Record<string, string>
  link?: boolean
  resolved?: string
}
export type Lock = Record<string, LockEntry>

export const readLock = (root: string): Lock =>
  (JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as { packages: Lock }).packages

/** @param cache a folder where tarballs stay for the next build @returns the folder of the unpacked package */
export function fetchPackage(lock: Lock, name: string, cache: string): string {
  const entry = lock[`node_modules/${name}`]
  if (!entry?.integrity) throw new Error(`package-lock.json does not name ${name} with its integrity`)
  mkdirSync(cache, { recursive: true })
  const stem = `${name.replace('@', '').replace('/', '-')}-${entry.version}`
  const tarball = path.join(cache, `${stem}.tgz`)
  if (!existsSync(tarball))
    run([
      'npm',
      'pack',
      '--silent',
      '--ignore-scripts',
      '--pack-destination',
      cache,
      `${name}@${entry.version}`,
    ])
  const [algorithm, expected] = entry.integrity.split('-') as [string, string]
  if (createHash(algorithm).update(readFileSync(tarball)).digest('base64') !== expected) {
    rmSync(tarball)
    throw new Error(
      `${name}@${entry.version} from the registry is not what package-lock.json says; nothing was used of it`,
    )
  }
  const folder = path.join(cache, stem)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  run([
    'tar',
    '--extract',
    '--no-same-owner',
    '--strip-components=1',
    '--file',
    tarball,
    '--directory',
    folder,
  ])
  return folder
}

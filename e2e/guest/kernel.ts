/**
 * Debian's own kernel, for what the machine's may not have: PPP, VLANs. Fetched with apt-get download and unpacked below .bauta, never
 * installed. The same for a static busybox, which lives only until the root file system is there.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { ROOT } from '../lab/record.ts'

const HOME = path.join(ROOT, '.bauta/guest')
const BUSYBOX = 'busybox-static'

export interface GuestKernel {
  image: string
  /** Where `lib/modules/<version>` lies. */
  root: string
  version: string
  busybox: string
}

/** Debian's name of this machine's kind. */
export const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'amd64'

export function guestKernel(): GuestKernel {
  const root = path.join(HOME, ARCHITECTURE)
  if (!existsSync(root)) fetch(root)
  const version = readdirSync(path.join(root, 'lib/modules'))[0]!
  return {
    image: path.join(root, `boot/vmlinuz-${version}`),
    root,
    version,
    busybox: path.join(root, 'bin/busybox'),
  }
}

/** Unpacked aside and renamed: half of it must not pass for the whole. */
function fetch(root: string): void {
  const aside = `${root}.new`
  rmSync(aside, { recursive: true, force: true })
  mkdirSync(aside, { recursive: true })
  const kernel = imagePackage()
  run('apt-get', ['-q', 'download', kernel, BUSYBOX], aside)
  for (const file of readdirSync(aside).filter((name) => name.endsWith('.deb'))) {
    run('dpkg-deb', ['-x', file, '.'], aside)
    rmSync(path.join(aside, file))
  }
  // trixie's busybox lies in /usr/bin, and so do its modules
  for (const [from, to] of [
    ['usr/bin', 'bin'],
    ['usr/lib/modules', 'lib/modules'],
  ] as const)
    if (!existsSync(path.join(aside, to))) {
      mkdirSync(path.dirname(path.join(aside, to)), { recursive: true })
      renameSync(path.join(aside, from), path.join(aside, to))
    }
  run('depmod', ['-b', aside, readdirSync(path.join(aside, 'lib/modules'))[0]!], aside)
  renameSync(aside, root)
}

/** `linux-image-amd64` only names the newest one. */
function imagePackage(): string {
  const text = run('apt-cache', ['depends', `linux-image-${ARCHITECTURE}`], '/')
  const found = /Depends: (linux-image-\S+)/.exec(text)?.[1]
  if (!found) throw new Error(`apt knows no linux-image-${ARCHITECTURE}; run apt-get update`)
  return found
}

function run(command: string, args: string[], cwd: string): string {
  const done = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.env.PATH}:/sbin:/usr/sbin`, LC_ALL: 'C' },
  })
  if (done.status !== 0)
    throw new Error(
      `${command} ${args.join(' ')}: ${done.error?.message ?? (done.stderr.trim() || done.stdout)}`,
    )
  return done.stdout
}

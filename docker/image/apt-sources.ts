/**
 * Where the image's packages come from: the very archives that the build machine uses, with another suite. So a build works
 * wherever apt works, behind a mirror or a proxy, and this repository names no host. DEBIAN_MIRROR says it outright.
 */
import { run } from './shell.ts'

export const SUITE = 'trixie'
const COMPONENTS = 'main non-free-firmware'
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'
const FORMAT = '$(REPO_URI)\t$(RELEASE)\t$(LABEL)'

/** @param targets lines of `apt-get indextargets` in FORMAT */
export function sourcesFrom(targets: string, mirror?: string): string[] {
  const found = mirror ? ofMirror(mirror) : targets.split('\n').flatMap(sourceOf)
  const lines = [...new Set(found)]
  if (!lines.some((line) => line.endsWith(` ${SUITE} ${COMPONENTS}`)))
    throw new Error(
      'apt on this machine names no archive of Debian; run apt-get update, or say where it is: DEBIAN_MIRROR=http://…/debian',
    )
  return lines
}

export function aptSources(): string[] {
  const targets = process.env.DEBIAN_MIRROR
    ? ''
    : run([
        'apt-get',
        'indextargets',
        '--format',
        FORMAT,
        'Created-By: Packages',
        'Origin: Debian',
      ]).toString()
  return sourcesFrom(targets, process.env.DEBIAN_MIRROR)
}

/** Debian 12 has the same three archives as 13: the release itself, its updates, its security updates. */
function sourceOf(target: string): string[] {
  const [uri, release, label] = target.split('\t')
  if (!uri || !release || !/^Debian(-Security)?$/.test(label ?? '')) return []
  const kind = /^[a-z]+((?:-updates|-security)?)$/.exec(release)?.[1]
  return kind === undefined ? [] : [source(uri, kind)]
}

function ofMirror(mirror: string): string[] {
  if (!/^(https?|file):\S+$/.test(mirror))
    throw new Error(`DEBIAN_MIRROR is “${mirror}”; write the address of an archive, as in http://…/debian`)
  const base = mirror.replace(/\/+$/, '')
  const security = base.endsWith('/debian') ? [source(`${base}-security`, '-security')] : []
  return [source(base, ''), source(base, '-updates'), ...security]
}

const source = (uri: string, kind: string): string =>
  `deb [signed-by=${KEYRING}] ${uri.replace(/\/+$/, '')} ${SUITE}${kind} ${COMPONENTS}`

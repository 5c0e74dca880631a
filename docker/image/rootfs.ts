/** The root file system as a folder: Debian unpacked, what no router needs taken out, our own files put in. */
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { aptSources, SUITE } from './apt-sources.ts'
import type { Arch } from './arch.ts'
import { trimFirmware, trimModules } from './modules.ts'
import { REMOVED } from './packages.ts'
import { run } from './shell.ts'
import { accountFiles } from './users.ts'

const OWN_FILES = path.join(import.meta.dirname, 'root')

/** Debian's units that must not run here: nobody logs in at the console, and there is no bus to serve. */
const MASKED = [
  'getty.target',
  'systemd-logind.service',
  'systemd-user-sessions.service',
  'systemd-ask-password-console.path',
  'systemd-ask-password-wall.path',
  'systemd-repart.service',
  'systemd-firstboot.service',
  'systemd-sysusers.service',
  'systemd-hwdb-update.service',
  'systemd-machine-id-commit.service',
  'systemd-update-done.service',
  'systemd-journal-catalog-update.service',
  'systemd-random-seed.service',
  'systemd-remount-fs.service',
  'systemd-hostnamed.socket',
  'systemd-creds.socket',
  'systemd-sysext.socket',
  'systemd-initctl.socket',
  'systemd-pcrextend.socket',
  'systemd-pcrlock.socket',
  'ldconfig.service',
  'dev-hugepages.mount',
  'proc-sys-fs-binfmt_misc.automount',
  'sys-fs-fuse-connections.mount',
  'ssh.service',
  'ssh.socket',
  'unbound.service',
  'chrony.service',
  'dhcpcd.service',
  'pppd-dns.service',
]
const STARTED = ['bauta-dataplane.service', 'bauta-web.service', 'bauta-console.service']

/** Unpacks packages, with what they depend on, into a new folder. */
export function unpack(packages: readonly string[], arch: Arch, folder: string): void {
  const archive = `${folder}.tar`
  run(
    [
      'mmdebstrap',
      '--quiet',
      '--variant=extract',
      `--architectures=${arch}`,
      '--aptopt=APT::Install-Recommends "false"',
      `--include=${packages.join(',')}`,
      SUITE,
      archive,
      '-',
    ],
    { input: `${aptSources().join('\n')}\n`, env: { SOURCE_DATE_EPOCH: undefined } },
  )
  mkdirSync(folder, { recursive: true })
  // Device files need rights that a container may not have; the kernel makes its own.
  run(['tar', '--extract', '--numeric-owner', '--exclude=./dev/*', '--file', archive, '--directory', folder])
  rmSync(archive)
}

/** @returns the kernel's version */
export function furnish(root: string): string {
  const version = trimModules(root)
  trimFirmware(root)
  const certificates = globSync('usr/share/ca-certificates/mozilla/*.crt', { cwd: root }).sort()
  const bundle = certificates.map((file) => readFileSync(path.join(root, file), 'utf8')).join('')
  for (const pattern of REMOVED)
    for (const name of globSync(pattern, { cwd: root }))
      rmSync(path.join(root, name), { recursive: true, force: true })

  for (const [name, text] of Object.entries(accountFiles())) put(root, `etc/${name}`, text)
  chmodSync(path.join(root, 'etc/shadow'), 0o640)
  put(root, 'etc/ssl/certs/ca-certificates.crt', bundle)
  rmSync(path.join(root, 'usr/share/ca-certificates'), { recursive: true, force: true })
  // Empty: the start binds one from the data partition over it.
  put(root, 'etc/machine-id', '')
  for (const folder of ['proc', 'sys', 'dev', 'run', 'tmp', 'var', 'root', 'boot', 'mnt', 'usr/lib/dhcpcd'])
    mkdirSync(path.join(root, folder), { recursive: true })
  chmodSync(path.join(root, 'root'), 0o700)
  cpSync(OWN_FILES, root, { recursive: true })

  const units = path.join(root, 'etc/systemd/system')
  mkdirSync(path.join(units, 'multi-user.target.wants'), { recursive: true })
  for (const unit of MASKED) link(units, unit, '/dev/null')
  for (const unit of STARTED)
    link(units, `multi-user.target.wants/${unit}`, `/usr/lib/systemd/system/${unit}`)
  link(units, 'default.target', '/usr/lib/systemd/system/multi-user.target')
  // What resolves names for the box itself is written at run time.
  link(path.join(root, 'etc'), 'resolv.conf', '/run/bauta/resolv.conf')
  // As are the secrets of callers, where the dataplane keeps them (services/dialin/line.ts).
  for (const name of ['chap-secrets', 'pap-secrets'])
    link(path.join(root, 'etc/ppp'), name, `/run/bauta/dialin/ppp/${name}`)
  link(path.join(root, 'etc'), 'mtab', '../proc/self/mounts')
  link(path.join(root, 'etc'), 'localtime', '/usr/share/zoneinfo/Etc/UTC')
  for (const [name, target] of [
    ['sh', 'dash'],
    ['awk', 'busybox'],
    ['less', 'busybox'],
    ['vi', 'busybox'],
  ] as const)
    if (!existsSync(path.join(root, 'usr/bin', name))) link(path.join(root, 'usr/bin'), name, target)
  appendFileSync(path.join(root, 'etc/shells'), '/bin/sh\n')
  return version
}

function put(root: string, name: string, text: string): void {
  const file = path.join(root, name)
  mkdirSync(path.dirname(file), { recursive: true })
  rmSync(file, { force: true })
  writeFileSync(file, text)
}

function link(folder: string, name: string, target: string): void {
  rmSync(path.join(folder, name), { force: true })
  symlinkSync(target, path.join(folder, name))
}

/**
 * Unpacked packages are only as complete as the list that named them: every library that a program asks for must be there.
 * @returns programs with what they miss, in words
 */
export function missingLibraries(root: string): string[] {
  const present = new Set(globSync('usr/lib/**/*.so*', { cwd: root }).map((file) => path.basename(file)))
  const programs = globSync('usr/{bin,sbin}/*', { cwd: root })
    .map((name) => path.join(root, name))
    .filter((file) => lstatSync(file).isFile())
  const listing = run(['readelf', '--wide', '--dynamic', '--', ...programs], { tolerate: true }).toString()
  let program = ''
  return listing.split('\n').flatMap((line) => {
    program = /^File: (.*)$/.exec(line)?.[1] ?? program
    const needed = /\(NEEDED\).*\[(.*)\]/.exec(line)?.[1]
    return needed === undefined || present.has(needed) ? [] : [`${path.basename(program)} needs ${needed}`]
  })
}

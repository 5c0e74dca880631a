/**
 * Real servers of other people, for tests of protocol helpers: unpacked by ./bauta into .bauta/test-daemons, never installed.
 * Each runs in a host of the lab until the lab ends, with files and settings below the lab's own directory.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Lab } from '../../lab/lab.ts'
import type { Host } from '../../lab/plan.ts'
import { isAlive } from '../../lab/processes.ts'
import { until } from '../../lab/shell.ts'
import './test-daemons.ts'

export interface Place {
  host: Host
  address: string
  port: number
}

/** A folder with one file of random content, which everybody may read. */
export function publish(
  lab: Lab,
  name: string,
  bytes: number,
): { folder: string; file: string; content: Buffer } {
  const folder = path.join(lab.record.directory, `public-${name}`)
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const content = randomBytes(bytes)
  writeFileSync(path.join(folder, 'file.bin'), content)
  chmodSync(path.join(folder, 'file.bin'), 0o644)
  chmodSync(folder, 0o755)
  return { folder, file: 'file.bin', content }
}

async function serve(
  lab: Lab,
  role: string,
  { host, address, port }: Place,
  argv: string[],
  udp = false,
): Promise<void> {
  const server = lab.start(role, host, argv)
  await until(`${role} at ${address}:${port}`, 10, () => {
    if (!isAlive(server)) throw new Error(`${role} ended: ${readFileSync(server.log, 'utf8').slice(-500)}`)
    const listening = lab.run(host, ['ss', '-Hn', udp ? '-uln' : '-tln'])
    return new RegExp(`\\s(${address.replaceAll('.', '\\.')}|0\\.0\\.0\\.0|\\*):${port}\\s`).test(listening)
  })
}

const scratch = (lab: Lab, role: string): string => {
  const folder = path.join(lab.record.directory, role)
  mkdirSync(path.join(folder, 'empty'), { recursive: true, mode: 0o755 })
  return folder
}

export async function vsftpd(lab: Lab, place: Place, folder: string): Promise<void> {
  const role = `vsftpd-${place.port}`
  const own = scratch(lab, role)
  const settings = {
    listen: 'YES',
    listen_address: place.address,
    listen_port: place.port,
    background: 'NO',
    anonymous_enable: 'YES',
    no_anon_password: 'YES',
    anon_root: folder,
    // somebody with a home that is there
    ftp_username: 'daemon',
    nopriv_user: 'nobody',
    secure_chroot_dir: path.join(own, 'empty'),
    seccomp_sandbox: 'NO',
    isolate: 'NO',
    isolate_network: 'NO',
    connect_from_port_20: 'YES',
    xferlog_enable: 'NO',
    use_localtime: 'YES',
  }
  const file = path.join(own, 'vsftpd.conf')
  writeFileSync(
    file,
    Object.entries(settings)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  )
  await serve(lab, role, place, ['vsftpd', file])
}

export async function proftpd(lab: Lab, place: Place, folder: string): Promise<void> {
  const role = `proftpd-${place.port}`
  const own = scratch(lab, role)
  const file = path.join(own, 'proftpd.conf')
  writeFileSync(
    file,
    `ServerName test
ServerType standalone
DefaultAddress ${place.address}
SocketBindTight on
Port ${place.port}
User nobody
Group nogroup
UseIPv6 off
UseReverseDNS off
DelayEngine off
UseFtpUsers off
AuthPAM off
WtmpLog off
PidFile ${own}/pid
ScoreboardFile ${own}/scoreboard
SystemLog ${own}/log
TransferLog none
<Anonymous ${folder}>
  User nobody
  Group nogroup
  UserAlias anonymous nobody
  RequireValidShell off
</Anonymous>
`,
  )
  await serve(lab, role, place, ['proftpd', '-n', '-c', file])
}

export async function ngircd(lab: Lab, place: Place): Promise<void> {
  const own = scratch(lab, 'ngircd')
  const file = path.join(own, 'ngircd.conf')
  writeFileSync(
    file,
    `[Global]
Name = irc.example.org
Info = test
Listen = ${place.address}
Ports = ${place.port}
MotdPhrase = hello
ServerUID = nobody
ServerGID = nogroup
PidFile = ${own}/pid
[Options]
DNS = no
Ident = no
PAM = no
SyslogFacility = local1
`,
  )
  await serve(lab, 'ngircd', place, ['ngircd', '-n', '-f', file])
}

export async function atftpd(lab: Lab, place: Place, folder: string): Promise<void> {
  const argv = [
    'atftpd',
    '--daemon',
    '--no-fork',
    '--bind-address',
    place.address,
    '--port',
    String(place.port),
  ]
  await serve(lab, 'atftpd', place, [...argv, '--user', 'nobody.nogroup', '--logfile', '-', folder], true)
}

/**
 * The product inside the router's namespace, run as on a real box: the dataplane as root, the web app as a user that owns
 * nothing but its database and reaches the dataplane's socket through its group, both restarted when they die.
 */
import { chmodSync, chownSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { applianceSnapshot } from '@bauta/config'
import { DataplaneClient } from '@bauta/control'
import { bundleDataplane } from '../../apps/dataplane/bundle.ts'
import type { Lab, LabOptions } from './lab.ts'
import { setSysctls } from './network.ts'
import { LAN, WANS, WEB_USER } from './plan.ts'
import { isAlive } from './processes.ts'
import { commandSocket, type LabRecord, ROOT, save } from './record.ts'
import { until } from './shell.ts'

const SUPERVISOR = path.join(import.meta.dirname, 'supervisor.ts')
const RELAY = path.join(import.meta.dirname, 'relay.ts')
const START_SECONDS = 30
/** A port that an appliance has room for, and a test may plug in. */
export const LATER_PORT = 'lan9'
const AS_WEB = ['setpriv', `--reuid=${WEB_USER}`, `--regid=${WEB_USER}`, '--clear-groups', '--no-new-privs']
/**
 * Where the product sees the checkout, whose real place the web app's user and the one that dnsmasq becomes may not be allowed to
 * enter: below /root, say.
 */
const VIEW = '/mnt/bauta'

export async function startProduct(lab: Lab, options: LabOptions): Promise<void> {
  const { record } = lab
  const say = options.progress ?? (() => {})
  openFolders(record)
  startDataplane(lab, path.join(await bundleDataplane(), 'main.cjs'), options)
  if (record.wan === 'dhcp' && !options.appliance) await connectByDhcp(record)
  if (options.web !== false) {
    await forwardAdminPage(lab, options.port ?? 0)
    if (options.adminPassword !== undefined) provision(lab, options.adminPassword)
    startWeb(lab)
  }
  say('the router')
  await until('dataplane answers', START_SECONDS, () => dataplaneAnswers(record))
  if (options.web === false) return
  say('the admin page')
  await until('admin page answers', START_SECONDS, () => answers(`${record.admin.outside}/api/health`))
  // The web app takes the running settings over as revision 1; before that it has none to show.
  await until('the first settings', START_SECONDS, () => dataplaneAnswers(record, 1))
}

/** The first settings of a box that cares for its Internet connection itself, before the web app takes them over. */
async function connectByDhcp({ dataplane }: LabRecord): Promise<void> {
  const client = new DataplaneClient(dataplane.socket, 5000)
  const { revision, snapshot } = await until('dataplane answers', START_SECONDS, () =>
    client.settings().catch(() => undefined),
  )
  const { internet } = applianceSnapshot(snapshot.interfaces.list)
  await client.apply({ revision, snapshot: { ...snapshot, internet } })
}

function openFolders({ directory, web }: LabRecord): void {
  for (const folder of [path.dirname(directory), directory, path.join(directory, 'run')])
    chmodSync(folder, 0o755)
  chownSync(path.dirname(web.database), WEB_USER, WEB_USER)
}

function startDataplane(lab: Lab, main: string, options: LabOptions): void {
  const { capacity, appliance, dataplaneOptions = [] } = options
  const { dataplane, wan } = lab.record
  const program = [process.execPath, main].map(seen)
  const folders = [
    '--state',
    seen(dataplane.state),
    '--run',
    seen(dataplane.run),
    '--socket',
    seen(dataplane.socket),
  ]
  const roles = appliance
    ? ['--appliance', '--port', WANS[wan].device, '--port', 'lan0', '--port', LATER_PORT]
    : ['--lan', 'lan0', '--wan', WANS[wan].device]
  const size = capacity === undefined ? [] : ['--capacity', String(capacity)]
  const asRoot = ['setpriv', `--regid=${WEB_USER}`, '--clear-groups']
  const supervised = [process.execPath, SUPERVISOR, dataplane.pidFile, '--', ...asRoot, ...program]
  lab.start(
    'dataplane',
    'router',
    inView([...supervised, ...folders, ...roles, ...size, ...dataplaneOptions]),
  )
}

function startWeb(lab: Lab): void {
  const { web, dataplane, admin, namespaces } = lab.record
  // The web app may listen on port 80 without being root.
  setSysctls(namespaces.router, { 'net/ipv4/ip_unprivileged_port_start': 80 })
  const program = [process.execPath, path.join(ROOT, 'apps/web/src/server.ts')].map(seen)
  lab.start(
    'web',
    'router',
    inView([process.execPath, SUPERVISOR, web.pidFile, '--', ...AS_WEB, ...program]),
    webEnvironment(seen(web.database), seen(dataplane.socket), admin.outside),
  )
}

/** Creates the first administrator before the web app starts, so that scripts can use the API at once. */
function provision(lab: Lab, password: string): void {
  const { web, dataplane } = lab.record
  const environment = webEnvironment(seen(web.database), seen(dataplane.socket), null)
  const assignments = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  const program = [process.execPath, path.join(ROOT, 'apps/web/src/provision.ts')].map(seen)
  lab.run('router', inView(['env', ...assignments, ...AS_WEB, ...program, '--password-stdin']), password)
}

function webEnvironment(database: string, socket: string, outside: string | null): Record<string, string> {
  return {
    NODE_ENV: 'production',
    BAUTA_DATABASE: database,
    BAUTA_DATAPLANE: socket,
    BAUTA_COMMANDS: commandSocket({ web: { database, pidFile: '' } }),
    HOST: '0.0.0.0',
    PORT: '80',
    ...(outside ? { BAUTA_HOSTS: new URL(outside).host } : {}),
  }
}

const seen = (file: string): string => path.join(VIEW, path.relative(ROOT, file))

/**
 * /run and dhcpcd's leases are the box's own: the machine's own dhcpcd, or another lab's, must not meet this one.
 * The mounts are made in the mount namespace that `ip netns exec` gave, and end with the process.
 */
function inView(argv: readonly string[]): string[] {
  const leases = '/var/lib/dhcpcd'
  const script = [
    'mount -t tmpfs -o mode=755 tmpfs /mnt',
    `mkdir ${VIEW}`,
    `mount --bind "$0" ${VIEW}`,
    'mount -t tmpfs -o mode=755 tmpfs /run',
    `{ [ ! -d ${leases} ] || mount -t tmpfs -o mode=755 tmpfs ${leases}; }`,
    `cd ${VIEW}`,
    'exec "$@"',
  ].join(' && ')
  return ['sh', '-c', script, ROOT, ...argv]
}

/** 127.0.0.1 of the machine → unix socket → the web app's port inside the router. */
async function forwardAdminPage(lab: Lab, port: number): Promise<void> {
  const { record } = lab
  const socket = path.join(record.dataplane.run, 'admin.sock')
  lab.start('admin-inside', 'router', [process.execPath, RELAY, `unix:${socket}`, 'tcp:127.0.0.1:80'])
  const outside = lab.start('admin-outside', null, [
    process.execPath,
    RELAY,
    `tcp:127.0.0.1:${port}`,
    `unix:${socket}`,
  ])
  const taken = await until('a port for the admin page', 10, () => {
    if (!isAlive(outside)) throw new Error(`the admin page cannot be forwarded; see ${outside.log}`)
    return /^listening (\d+)$/m.exec(readFileSync(outside.log, 'utf8'))?.[1]
  })
  record.admin = { inside: `http://${LAN.router}`, outside: `http://127.0.0.1:${taken}` }
  save(record)
}

async function dataplaneAnswers(record: LabRecord, revision = 0): Promise<boolean> {
  try {
    return (await new DataplaneClient(record.dataplane.socket, 1000).status()).revision >= revision
  } catch {
    return false
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok
  } catch {
    return false
  }
}

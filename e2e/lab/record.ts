/**
 * What a lab has written down about itself: `.bauta/<name>/lab.json`. It is written before the first namespace is made and
 * after every process that is started, so that a lab that was interrupted at any moment can be taken away completely.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { startTimeOf } from '@bauta/tun-tap/process-start'
import { addressesOf, HOSTS, type Host, LAN, NAMESPACES, type Space, type WanKind } from './plan.ts'
import type { ProcessRecord } from './processes.ts'

export const ROOT = path.resolve(import.meta.dirname, '../..')
const LABS = path.join(ROOT, '.bauta')
/** Held while a name is being taken and while the remains of dead labs are cleared away. */
export const LOCK = path.join(LABS, '.lock')

/**
 * What routes: the product, or the kernel's own masquerading (the bench's yardstick, and the harness's own check), or the kernel without any
 * translation (the bench's other yardstick; the provider then knows the way to the household).
 */
export const SOFTWARES = ['bauta', 'nftables', 'forward'] as const
export type Software = (typeof SOFTWARES)[number]

export interface LabRecord {
  name: string
  createdAt: string
  wan: WanKind
  software: Software
  directory: string
  /** Real names of the namespaces. */
  namespaces: Record<Space, string>
  addresses: Record<Host, string[]>
  /** The process that brought it up. */
  startedBy: Pick<ProcessRecord, 'pid' | 'startTime'>
  /** It ends with the process that brought it up; otherwise it stays until `lab down`. */
  owned: boolean
  admin: { inside: string; outside: string | null }
  dataplane: { socket: string; state: string; run: string; pidFile: string }
  web: { database: string; pidFile: string }
  processes: ProcessRecord[]
}

/** Longest path of a unix socket, less the byte that ends it (unix(7)). */
const SOCKET_PATH_MAX = 107

export function newRecord(name: string, wan: WanKind, software: Software, owned: boolean): LabRecord {
  if (!/^[a-z0-9][a-z0-9-]{0,30}$/.test(name))
    throw new Error(`“${name}” is no name for a lab; take lower-case letters, digits and -`)
  if (name === 'daemons')
    throw new Error('“daemons” is where ./bauta keeps unbound and chrony; take another name')
  const directory = path.join(LABS, name)
  const run = path.join(directory, 'run')
  const socket = path.join(run, 'dataplane.sock')
  if (socket.length > SOCKET_PATH_MAX)
    throw new Error(`the path ${socket} is too long for a unix socket; move the checkout to a shorter place`)
  const unique = randomBytes(3).toString('hex')
  return {
    name,
    createdAt: new Date().toISOString(),
    wan,
    software,
    directory,
    namespaces: perKey(NAMESPACES, (space) => `bauta-${name}-${unique}-${space}`),
    addresses: perKey(HOSTS, (host) => addressesOf(host, wan)),
    startedBy: { pid: process.pid, startTime: startTimeOf(process.pid)! },
    owned,
    admin: { inside: `http://${LAN.router}`, outside: null },
    dataplane: {
      socket,
      run,
      state: path.join(directory, 'state'),
      pidFile: path.join(run, 'dataplane.pid'),
    },
    web: { database: path.join(directory, 'web', 'bauta.db'), pidFile: path.join(run, 'web.pid') },
    processes: [],
  }
}

const perKey = <K extends string, V>(keys: readonly K[], value: (key: K) => V): Record<K, V> =>
  Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, V>

const fileOf = (directory: string) => path.join(directory, 'lab.json')

export function save(record: LabRecord): void {
  mkdirSync(record.directory, { recursive: true })
  const draft = `${fileOf(record.directory)}.new`
  writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`)
  renameSync(draft, fileOf(record.directory))
}

export function load(name: string): LabRecord | null {
  const file = fileOf(path.join(LABS, name))
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as LabRecord) : null
}

/** @returns every lab of this checkout, the newest first */
export function loadAll(): LabRecord[] {
  if (!existsSync(LABS)) return []
  return readdirSync(LABS)
    .flatMap((name) => load(name) ?? [])
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
}

/** Where the web process takes commands; short, because the path of a unix socket is. */
export const commandSocket = ({ web }: Pick<LabRecord, 'web'>): string =>
  path.join(path.dirname(web.database), 'c.sock')

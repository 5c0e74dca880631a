/**
 * Kernel modules of protocol helpers, as old scripts load them: `modprobe ip_masq_ftp ports=21,2121`, `insmod ip_conntrack_irc.o`,
 * `rmmod ip_masq_ftp`. Here each is a helper that is switched on or off.
 *
 * 2.2 had one module for RealAudio and RTSP; its port 554 is the RTSP helper's here.
 */
import {
  type Dialect,
  HELPER_NAMES,
  HELPERS,
  type HelperName,
  type Helpers,
  helperOf,
  helpersSchema,
  withHelper,
} from '@bauta/config'
import { MODULE_PROGRAMS } from './commands.ts'

const FAMILY = /^(?:ip_masq|ip_conntrack|ip_nat|nf_conntrack|nf_nat)_(\w+)$/
const RTSP_PORT = 554

/** Modules that are no helpers but what this box is made of. */
const BUILT_IN = new Set(['portfw', 'autofw', 'mfw', 'user', 'core', 'ipv4', 'masquerade'])

export type ModuleLine =
  | { kind: 'helpers'; helpers: Helpers; notes: string[] }
  | { kind: 'nothing'; says: string }
  | { kind: 'problem'; says: string }

/** @returns null where the words load or unload no module */
export function moduleLine(words: readonly string[], helpers: Helpers): ModuleLine | null {
  const [called = '', ...rest] = words
  const program = called.replace(/^.*\//, '')
  if (program === 'depmod' || program === 'lsmod') return NO_MODULES
  if (!MODULE_PROGRAMS.some((one) => one === program)) return null
  const [file = '', ...options] = rest.filter((word) => !word.startsWith('-'))
  const module = file
    .replace(/^.*\//, '')
    .replace(/\.k?o(\.\w+)?$/, '')
    .replaceAll('-', '_')
  const what = FAMILY.exec(module)?.[1]
  if (what === undefined || BUILT_IN.has(what)) return NO_MODULES
  const name = HELPER_NAMES.find((one) => one === what)
  if (!name)
    return {
      kind: 'problem',
      says: `there is no helper for ${what} here; there are those for ${HELPER_NAMES.join(', ')}`,
    }
  const off = program === 'rmmod' || rest.some((word) => word === '-r' || word === '--remove')
  return off ? unloaded(name, helpers) : loaded(name, options, helpers)
}

const NO_MODULES: ModuleLine = { kind: 'nothing', says: 'no kernel modules are needed here' }

const namesIn = (module: HelperName, ports: readonly number[] | null): HelperName[] => {
  if (module !== 'raudio') return [module]
  if (!ports) return ['raudio', 'rtsp']
  const parts: HelperName[] = ports.some((port) => port !== RTSP_PORT) ? ['raudio'] : []
  return ports.includes(RTSP_PORT) ? [...parts, 'rtsp'] : parts
}

function unloaded(module: HelperName, helpers: Helpers): ModuleLine {
  const off = namesIn(module, null).reduce(
    (all, name) => withHelper(all, { ...helperOf(all, name), enabled: false }),
    helpers,
  )
  return { kind: 'helpers', helpers: off, notes: [] }
}

/** A module that is there already keeps its ports where none are named. */
function loaded(module: HelperName, options: readonly string[], helpers: Helpers): ModuleLine {
  const given = options.find((word) => word.startsWith('ports='))?.slice('ports='.length)
  const ports = given === undefined ? null : given.split(',').map(portOf)
  let after = helpers
  for (const name of namesIn(module, ports))
    after = withHelper(after, switchedOn(name, module, ports, helpers))
  const checked = helpersSchema.safeParse(after)
  if (!checked.success)
    return { kind: 'problem', says: `ports=${given ?? ''}: ${checked.error.issues[0]!.message}` }
  const others = options.filter((word) => /^\w+=/.test(word) && !word.startsWith('ports='))
  const notes = others.map((word) => `${word.split('=')[0]} is not followed: the helpers have ports only`)
  return { kind: 'helpers', helpers: checked.data, notes }
}

/** @returns 0 for what is no number, for the schema to speak of */
const portOf = (text: string): number => (/^\d{1,5}$/.test(text) ? Number(text) : 0)

function switchedOn(name: HelperName, module: HelperName, ports: readonly number[] | null, helpers: Helpers) {
  if (!ports) {
    const now = helperOf(helpers, name)
    return now.enabled ? now : { name, enabled: true, ports: [...HELPERS[name].ports] }
  }
  if (module !== 'raudio') return { name, enabled: true, ports: [...ports] }
  const own = name === 'rtsp' ? [RTSP_PORT] : ports.filter((port) => port !== RTSP_PORT)
  return { name, enabled: true, ports: own }
}

/** Names of modules by which each dialect's Linux had the helper; what is missing it did not have. */
const MODULES: Readonly<Record<Dialect, Partial<Record<HelperName, readonly string[]>>>> = {
  classic: Object.fromEntries(
    (['ftp', 'irc', 'raudio', 'vdolive', 'cuseeme', 'quake', 'icq', 'pptp', 'h323'] as const).map((name) => [
      name,
      [`ip_masq_${name}`],
    ]),
  ),
  netfilter: Object.fromEntries(
    (['ftp', 'irc', 'pptp', 'h323', 'tftp', 'sip'] as const).map((name) => [
      name,
      [`nf_conntrack_${name}`, `nf_nat_${name}`],
    ]),
  ),
}

export interface HelperLines {
  /** Commands that load them. */
  text: string
  /** Helpers that are on and that this Linux had no module for. */
  unsaid: HelperName[]
}

/** @returns the helpers that are on, as commands of a script */
export function helperLines(helpers: Helpers, dialect: Dialect): HelperLines {
  const on = helpers.list.filter(({ enabled }) => enabled)
  const merged = dialect === 'classic' ? withRealAudio(on) : on
  const unsaid = merged.filter(({ name }) => !MODULES[dialect][name]).map(({ name }) => name)
  const lines = merged.flatMap(({ name, ports }) => {
    const [first, ...rest] = MODULES[dialect][name] ?? []
    if (!first) return []
    const options = sameList(ports, usual(name, dialect)) ? '' : ` ports=${ports.join(',')}`
    return [`modprobe ${first}${options}`, ...rest.map((module) => `modprobe ${module}`)]
  })
  return { text: lines.map((line) => `${line}\n`).join(''), unsaid }
}

type On = Pick<Helpers['list'][number], 'name' | 'ports'>

/** RealAudio and RTSP are one module of 2.2. */
function withRealAudio(on: readonly On[]): On[] {
  const both = on.filter(({ name }) => name === 'raudio' || name === 'rtsp')
  if (both.length === 0) return [...on]
  const rest = on.filter((one) => !both.includes(one))
  return [...rest, { name: 'raudio', ports: both.flatMap(({ ports }) => ports).sort((a, b) => a - b) }]
}

const usual = (name: HelperName, dialect: Dialect): readonly number[] =>
  name === 'raudio' && dialect === 'classic' ? [RTSP_PORT, ...HELPERS.raudio.ports] : HELPERS[name].ports

const sameList = (a: readonly number[], b: readonly number[]) => a.join() === b.join()

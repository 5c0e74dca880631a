/** The machine that the dataplane runs on, as the kernel tells of it. Read when somebody asks; nothing here is worth a timer. */
import { accessSync, constants, readdirSync, readFileSync, statfsSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import type { SystemStatus } from '@bauta/control/schemas'

/** Where to look; a test has a folder of its own. */
export interface MachineRoots {
  proc: string
  sys: string
}
const KERNEL: MachineRoots = { proc: '/proc', sys: '/sys' }

type Machine = Omit<SystemStatus, 'version' | 'kind' | 'daemons' | 'now'>

export function machineStatus(stateDir: string, roots = KERNEL): Machine {
  return {
    model: modelOf(roots),
    architecture: os.arch(),
    kernel: os.release(),
    uptime: os.uptime(),
    memory: memoryOf(roots),
    load: os.loadavg() as [number, number, number],
    processors: os.availableParallelism(),
    temperature: temperatureOf(roots),
    disk: diskOf(stateDir),
    slot: slotOf(read(join(roots.proc, 'cmdline'))),
  }
}

/** What boards say who were never told their name. */
const NAMELESS =
  /^(to be filled.*|system (product name|manufacturer|version)|default string|not (applicable|specified)|unknown|o\.?e\.?m\.?|none|n\/a|.{0,1})$/i

export function modelOf({ proc, sys }: MachineRoots): string | null {
  const tree = [join(proc, 'device-tree/model'), join(sys, 'firmware/devicetree/base/model')]
    .map(read)
    .find(Boolean)
  if (tree) return tree
  const said = ['sys_vendor', 'product_name'].map((file) => read(join(sys, 'class/dmi/id', file)))
  const [vendor = '', product = ''] = said.map((text) => (NAMELESS.test(text) ? '' : text))
  if (!product) return vendor || null
  return product.startsWith(vendor) ? product : `${vendor} ${product}`
}

export function memoryOf({ proc }: MachineRoots): Machine['memory'] {
  const text = read(join(proc, 'meminfo'))
  const kilobytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024
  return {
    total: kilobytes('MemTotal'),
    available: kilobytes('MemAvailable'),
    dataplane: process.memoryUsage.rss(),
  }
}

/** Sensors of processors; a disk or a Wi-Fi card may be warmer and means something else. */
const PROCESSOR = /cpu|x86_pkg|soc|coretemp|k10temp|acpitz|package/i

/** @returns the warmest processor sensor, in °C; where none has a known name the warmest of all */
export function temperatureOf({ sys }: MachineRoots): number | null {
  const zones = list(join(sys, 'class/thermal'), /^thermal_zone/).map((folder) => ({
    name: read(join(folder, 'type')),
    degrees: degreesIn(join(folder, 'temp')),
  }))
  const chips = list(join(sys, 'class/hwmon'), /^hwmon/).flatMap((folder) =>
    list(folder, /^temp\d+_input$/).map((file) => ({
      name: read(join(folder, 'name')),
      degrees: degreesIn(file),
    })),
  )
  const known = [...zones, ...chips].filter(
    (one): one is { name: string; degrees: number } => one.degrees !== null,
  )
  const processors = known.filter(({ name }) => PROCESSOR.test(name))
  const used = processors.length > 0 ? processors : known
  return used.length === 0 ? null : Math.max(...used.map(({ degrees }) => degrees))
}

/** A sensor that is not connected says 0 or something that would melt. */
function degreesIn(file: string): number | null {
  const degrees = Number(read(file) || Number.NaN) / 1000
  return degrees > 0 && degrees < 150 ? degrees : null
}

/** Less is as good as nothing: not even the settings fit. */
const ROOM_BYTES = 256 * 1024

export function diskOf(folder: string): Machine['disk'] {
  try {
    const { blocks, bavail, bsize } = statfsSync(folder)
    return {
      total: blocks * bsize,
      free: bavail * bsize,
      writable: mayWrite(folder) && bavail * bsize > ROOM_BYTES,
    }
  } catch {
    return { total: 0, free: 0, writable: false }
  }
}

/** For root everything is allowed but what the file system itself refuses: one that is mounted read-only. */
function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** @param line the kernel's command line */
export function slotOf(line: string): 'a' | 'b' | null {
  return (/(?:^| )bauta\.slot=([ab])(?: |$)/.exec(line)?.[1] as 'a' | 'b' | undefined) ?? null
}

/** Without the zero byte that a device tree ends its texts with. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').replaceAll('\0', '').trim()
  } catch {
    return ''
  }
}

function list(folder: string, name: RegExp): string[] {
  try {
    return readdirSync(folder)
      .filter((entry) => name.test(entry))
      .map((entry) => join(folder, entry))
  } catch {
    return []
  }
}

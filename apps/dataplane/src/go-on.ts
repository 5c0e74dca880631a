/**
 * The first thing a process does: it goes on where a former one was killed.
 *
 * What the kernel carries goes on by itself; everything else waits for a packet thread. So where the table, the kernel's part of it and the
 * settings that were in force are all still there and fit the machine (kept-table.ts, kept-start.ts, settings-hold.ts), a thread is
 * started over them at once, and only then the rest of the program is read, which takes longer than all of this. The rest adopts the
 * thread (packet-thread-supervisor.ts) and tells it whatever is different by then. Where anything is missing or does not fit, nobody is
 * started here, and the start is the ordinary one.
 *
 * This file and what it imports are all that is read before: nothing that knows the settings' schemas belongs here.
 */
import type { Worker } from 'node:worker_threads'
import { BOX_TUN, Door } from '@bauta/door'
import { tunOffload, WakeUp } from '@bauta/tun-tap'
import { KeptDevices } from './kept-devices.ts'
import { KeptStart, type Start } from './kept-start.ts'
import { openOverTable } from './kept-table.ts'
import type { Options } from './options.ts'
import type { PathConfig } from './path-config.ts'
import { machineNow, settingsHold } from './settings-hold.ts'
import type { Answer, OpenDevice, ThreadStart } from './thread-protocol.ts'
import { type CommonStart, commonStart } from './thread-start.ts'

/** A packet thread that runs already. */
export interface EarlyThread extends Start {
  worker: Worker
  wake: WakeUp
  devices: OpenDevice[]
  /** What else is to be closed should it die. */
  watch: number
  /** Why it ended since; null while it runs. */
  ended: string | null
}

export interface Beginning {
  door: Door
  /** What a person should know when connections were lost; null when none were. */
  lost: string | null
  common: CommonStart
  /** TUNs that the former process had open. */
  open: OpenDevice[]
  keptDevices: KeptDevices
  early: EarlyThread | null
}

/**
 * @param worker makes the packet thread's worker
 * @throws when there can be no door
 */
export async function goOn(
  options: Options,
  worker: () => Worker,
  log: (line: string) => void,
): Promise<Beginning> {
  const { door, lost } = openOverTable(options.runDir, options.capacity, (hashSeed) =>
    Door.open(options.capacity, hashSeed),
  )
  const keptDevices = new KeptDevices(options.runDir, log)
  const open = keptDevices.take()
  const start = door.kept ? new KeptStart(options).read() : null
  const common = commonStart(options, door.maps, start?.offload ?? tunOffload())
  const early =
    start && settingsHold(start.config, machineNow())
      ? await begin(worker(), { ...common, ...start, open })
      : null
  if (early) attach(door, early.config)
  return { door, lost, common, open, keptDevices, early }
}

/** @returns null when it could not: whoever starts one next finds out why, and says it */
function begin(worker: Worker, start: Omit<ThreadStart, 'wakeFd'>): Promise<EarlyThread | null> {
  const wake = new WakeUp()
  const { config, reserved, neighbours, offload, open } = start
  const begun = { config, reserved, neighbours, offload }
  const early: EarlyThread = { ...begun, worker, wake, devices: open, watch: -1, ended: null }
  worker.postMessage({ ...start, wakeFd: wake.fd } satisfies ThreadStart)
  return new Promise((resolve) => {
    worker.once('message', (answer: Answer) => {
      if (answer.kind === 'failed') return resolve(null)
      early.devices = answer.devices
      early.watch = answer.watch
      resolve(early)
    })
    worker.on('error', (error: Error) => {
      early.ended = error.message
    })
    worker.on('exit', (code) => {
      early.ended ??= `ended with code ${code}`
      resolve(null)
    })
  })
}

/**
 * The programs of this process in the place of the former's: from here on packets meet what this thread maps. The rest of the program does
 * it again when it has looked at the links; that changes nothing then. A device that went is its business, too.
 */
function attach(door: Door, config: PathConfig): void {
  try {
    door.setOwn(config.own)
    door.attachBox(BOX_TUN)
    for (const { name, tun, role } of config.interfaces)
      if (role !== 'unused') door.attach({ device: name, tun, role: role === 'wan' ? 'wan' : 'lan' })
  } catch {
    // Told when it is done again.
  }
}

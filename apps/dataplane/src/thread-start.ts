/** What every packet thread of this process is told, whatever settings it begins with. */
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import type { TableMaps } from '@bauta/door'
import { bootId } from './boot-id.ts'
import { tableFile } from './kept-table.ts'
import type { Options } from './options.ts'
import { packetLogBytes } from './packet-log.ts'
import type { ThreadStart } from './thread-protocol.ts'

export type CommonStart = Omit<ThreadStart, 'wakeFd' | 'config' | 'reserved' | 'neighbours' | 'open'>

export const countersFile = (runDir: string): string => join(runDir, 'counters')

export const commonStart = (
  { runDir, capacity }: Pick<Options, 'runDir' | 'capacity'>,
  maps: TableMaps,
  offload: number,
): CommonStart => ({
  tableFile: tableFile(runDir),
  capacity,
  hashSeed: randomInt(0x1_0000_0000),
  bootId: bootId(),
  countersFile: countersFile(runDir),
  maps,
  offload,
  log: new SharedArrayBuffer(packetLogBytes),
})

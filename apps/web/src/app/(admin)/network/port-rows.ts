/** Interfaces of the settings, of the packet path and of the hardware, as one list. */
import { type Interfaces, LAN_BRIDGE } from '@bauta/config'
import type { PortList } from '@bauta/control/schemas'
import type { Tone } from '../../../ui/index.ts'
import { type Link, type Row, rowsOf } from './roles.ts'

export type Port = PortList['ports'][number]
export interface PortRow extends Row {
  port: Port | undefined
  /** One of the ports that the box joined to the home network. */
  bridged: boolean
}

/** Devices that the box makes itself are no ports and have no role of their own. */
const MADE = /^(br-lan|ppp\d+|dialin\d)$/

export function portRows(value: Interfaces, links: readonly Link[], ports: readonly Port[]): PortRow[] {
  const bridge = links.some(({ name }) => name === LAN_BRIDGE)
  const known = rowsOf(value, links).filter(({ name, at }) => at >= 0 || !MADE.test(name))
  const rest = ports
    .filter(({ name }) => !known.some((row) => row.name === name))
    .map((port): Row => ({ name: port.name, role: 'unused', at: -1, link: undefined }))
  return [...known, ...rest].map((row) => ({
    ...row,
    port: ports.find(({ name }) => name === row.name),
    bridged: bridge && row.role === 'lan',
  }))
}

export interface Cable {
  state: 'up' | 'down' | 'absent'
  words: string
  tone: Tone
}

/** @returns whether there is a cable, and how fast it is, in a word or two */
export function cableOf({ link, port }: Pick<PortRow, 'link' | 'port'>): Cable {
  if (port && !port.carrier) return { state: 'down', words: 'no cable', tone: 'warn' }
  if (port?.speed) return { state: 'up', words: speedOf(port.speed), tone: 'good' }
  if (port?.carrier) return { state: 'up', words: 'up', tone: 'good' }
  if (link?.state === 'up') return { state: 'up', words: 'up', tone: 'good' }
  if (link?.state === 'down') return { state: 'down', words: 'down', tone: 'bad' }
  return { state: 'absent', words: 'absent', tone: 'warn' }
}

/** @param speed Mbit/s */
const speedOf = (speed: number): string => (speed >= 1000 ? `${speed / 1000} Gbit/s` : `${speed} Mbit/s`)

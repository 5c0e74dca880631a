import type { SystemStatus } from '@bauta/control/schemas'
import type { ReactNode } from 'react'
import { bytes, lasting, percent } from '../../../live/format.ts'
import { BigNum, Meter, Skeleton } from '../../../ui/index.ts'
import { splitUnit } from './words.ts'

/** What goes short first: time, memory, coolness, room. */
export function SystemFigures({ system }: { system: SystemStatus | undefined }) {
  const memory = system?.memory
  const used = memory && memory.total - memory.available
  const disk = system?.disk
  const taken = disk && disk.total - disk.free
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-card border border-line bg-line lg:grid-cols-4">
      <Figure
        name="Running for"
        note={system && `load ${system.load.map((one) => one.toFixed(2)).join(', ')}`}
      >
        {system && <BigNum>{lasting(system.uptime)}</BigNum>}
      </Figure>
      <Figure
        name="Memory in use"
        note={memory && `of ${bytes(memory.total)}, dataplane ${bytes(memory.dataplane)}`}
        meter={
          memory && (
            <Meter
              label="Memory in use"
              value={used!}
              max={memory.total}
              text={`${bytes(used!)} of ${bytes(memory.total)} in use`}
              tone="mute"
            />
          )
        }
      >
        {memory && <Amount text={bytes(used!)} />}
      </Figure>
      <Figure
        name="Temperature"
        note={
          system && (system.temperature === null ? 'this machine has no sensor' : warmth(system.temperature))
        }
      >
        {system &&
          (system.temperature === null ? (
            <BigNum>–</BigNum>
          ) : (
            <BigNum unit="°C">{system.temperature.toFixed(0)}</BigNum>
          ))}
      </Figure>
      <Figure
        name="Disk in use"
        note={
          disk && (disk.writable ? `of ${bytes(disk.total)}, ${bytes(disk.free)} free` : 'takes nothing more')
        }
        meter={
          disk && (
            <Meter
              label="Disk in use"
              value={taken!}
              max={disk.total}
              text={`${bytes(taken!)} of ${bytes(disk.total)} in use`}
              tone="mute"
            />
          )
        }
      >
        {disk && <BigNum>{percent(disk.total > 0 ? taken! / disk.total : Number.NaN)}</BigNum>}
      </Figure>
    </dl>
  )
}

/** Processors of small boxes slow themselves down from 85 to 100 °C. */
function warmth(degrees: number): string {
  if (degrees < 70) return 'cool enough'
  return degrees < 85 ? 'warm: give it some air' : 'too hot: it slows itself down'
}

function Amount({ text }: { text: string }) {
  const [figure, unit] = splitUnit(text)
  return <BigNum unit={unit}>{figure}</BigNum>
}

function Figure({
  name,
  note,
  meter,
  children,
}: {
  name: string
  note: ReactNode
  meter?: ReactNode
  children: ReactNode
}) {
  return (
    <div className="bg-panel px-4.5 py-3">
      <dt className="overline-label">{name}</dt>
      <dd>
        {children ?? <Skeleton className="my-1.5 h-5 w-24" />}
        {meter && <span className="mt-1 mb-1 block">{meter}</span>}
        <span className="block min-h-5 text-sm text-mute">{note}</span>
      </dd>
    </div>
  )
}

import type { Connection } from '@bauta/control/schemas'
import clsx from 'clsx'
import type { ReactNode } from 'react'
import { bitRate, bytes, lastingShort } from '../../../live/format.ts'
import { Expiry } from './expiry.tsx'
import { clientName, serverLabel, serverPortText, stateText } from './explain.ts'
import type { Sort } from './view-query.ts'

export interface Column {
  /** Also its place in the grid: `.connection-row > [data-column]` in globals.css. */
  name: string
  label: string
  sort?: Sort
  /** Figures: monospaced, to the right. */
  numeric?: boolean
  /** To the right without being one figure. */
  flush?: 'right'
  cell: (row: Connection, still: boolean) => ReactNode
}

/** Columns in their order; widths are fixed in globals.css, so nothing moves while values change. */
export const COLUMNS: readonly Column[] = [
  { name: 'protocol', label: 'Proto', sort: 'protocol', cell: (row) => row.protocol },
  { name: 'client', label: 'Client', sort: 'client', cell: (row) => <Client row={row} /> },
  { name: 'server', label: 'Server', sort: 'server', cell: (row) => <Server row={row} /> },
  { name: 'ports', label: 'client → masq → server', cell: (row) => <Ports row={row} /> },
  { name: 'state', label: 'State', sort: 'state', cell: stateText },
  { name: 'rate', label: 'Rate', sort: 'rate', numeric: true, cell: (row) => <Rate bits={row.rate} /> },
  {
    name: 'bytes',
    label: 'Bytes',
    sort: 'bytes',
    numeric: true,
    cell: (row) => bytes(row.bytesIn + row.bytesOut),
  },
  { name: 'age', label: 'Age', sort: 'age', numeric: true, cell: (row) => lastingShort(row.age) },
  {
    name: 'expires',
    label: 'Expires',
    sort: 'expires',
    flush: 'right',
    cell: (row, still) => <Expiry expiresIn={row.expiresIn} timeout={row.timeout} still={still} />,
  },
  { name: 'rule', label: 'Rule', cell: (row) => <Rule row={row} /> },
]

function Client({ row }: { row: Connection }) {
  const named = row.kind === 'box' || row.device !== null
  return (
    <>
      <span className={named ? undefined : 'num'}>{clientName(row)}</span>
      {/* The second line of a phone has room for the state, the wide table for the address. */}
      <span className="connection-phone text-mute"> · {stateText(row)}</span>
      {named && <span className="connection-wide num ml-2 text-mute">{row.client}</span>}
    </>
  )
}

function Server({ row }: { row: Connection }) {
  return (
    <>
      <span className={row.serverName ? undefined : 'num'}>{serverLabel(row)}</span>
      {row.serverName && <span className="connection-wide num ml-2 text-mute">{row.server}</span>}
    </>
  )
}

/** The masq port is in ink only where it differs from the client's: that is the one to notice. */
function Ports({ row }: { row: Connection }) {
  const changed = row.masqPort !== row.clientPort
  return (
    <span className="num inline-grid text-sm grid-cols-[5ch_2ch_5ch_2ch_5ch] items-baseline text-mute">
      <span className="text-right text-ink">{row.clientPort}</span>
      <span className="text-center">→</span>
      <span className={clsx('text-right', changed && 'font-semibold text-accent')}>{row.masqPort}</span>
      <span className="text-center">→</span>
      <span className="text-ink">{serverPortText(row)}</span>
    </span>
  )
}

function Rate({ bits }: { bits: number }) {
  return bits < 1 ? <span className="text-mute">0</span> : bitRate(bits)
}

function Rule({ row }: { row: Connection }) {
  return (
    <span title={row.ruleText}>
      {row.ruleId === 0 ? 'policy' : `#${row.ruleId}`}
      <span className="connection-wide num ml-2 text-mute">{row.ruleText}</span>
    </span>
  )
}

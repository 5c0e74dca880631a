/** The bench's findings: as a table for people, and whole for machines. */
import { cpus, release } from 'node:os'
import { OFFLOAD_WORDS, type OffloadMode } from '@bauta/config'
import type { Lab } from '../lab/lab.ts'
import type { Software } from '../lab/record.ts'
import { CONGESTION_CONTROL, type Figures } from './measure.ts'
import { median } from './statistics.ts'

interface Row {
  key: string
  what: string
  unit: string
  scale: number
  digits: number
  /** Whether more is better; the ratio is turned so that above 1 always means that Bauta is ahead. */
  more: boolean
}

const ROWS: Row[] = [
  { key: 'up1', what: 'TCP up, 1 stream', unit: 'Gbit/s', scale: 1e-9, digits: 2, more: true },
  { key: 'up4', what: 'TCP up, 4 streams', unit: 'Gbit/s', scale: 1e-9, digits: 2, more: true },
  { key: 'down1', what: 'TCP down, 1 stream', unit: 'Gbit/s', scale: 1e-9, digits: 2, more: true },
  { key: 'down4', what: 'TCP down, 4 streams', unit: 'Gbit/s', scale: 1e-9, digits: 2, more: true },
  { key: 'udp', what: 'UDP of 64 bytes, loss ≤ 0.5 %', unit: 'kpps', scale: 1e-3, digits: 0, more: true },
  { key: 'connections', what: 'new TCP connections', unit: '1000/s', scale: 1e-3, digits: 1, more: true },
  { key: 'pingP50', what: 'ping, median', unit: 'µs', scale: 1, digits: 0, more: false },
  { key: 'pingP99', what: 'ping, 99th percentile', unit: 'µs', scale: 1, digits: 0, more: false },
  {
    key: 'bytesPerConnection',
    what: 'memory per connection',
    unit: 'bytes',
    scale: 1,
    digits: 0,
    more: false,
  },
]

export type Runs = Record<Software, Figures[]>

export function summarize(runs: Runs) {
  return ROWS.map((row) => {
    const of = (software: Software) => runs[software].map((figures) => figures[row.key]! * row.scale)
    const [bauta, nftables] = [of('bauta'), of('nftables')]
    const ratio = median(bauta) / median(nftables)
    return { ...row, bauta, nftables, ratio: row.more ? ratio : 1 / ratio }
  })
}

export function table(runs: Runs): string {
  const spread = (values: number[], digits: number) =>
    `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`
  const lines = summarize(runs).map(({ what, unit, digits, bauta, nftables, ratio, more }) => [
    `${what}, ${unit}${more ? '' : ' (less is better)'}`,
    spread(bauta, digits),
    spread(nftables, digits),
    `${ratio.toFixed(2)}×`,
  ])
  const rows = [[`medians of ${runs.bauta.length} runs (min–max)`, 'Bauta', 'nftables', 'Bauta is'], ...lines]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('   '),
    )
    .join('\n')
}

/** What a figure cannot be read without. */
export function conditions(lab: Lab, mode: OffloadMode) {
  const offload = lab.run('lan1', ['ethtool', '-k', 'eth0'])
  const state = (feature: string) => new RegExp(`^${feature}: (\\w+)`, 'm').exec(offload)?.[1] ?? 'unknown'
  return {
    kernel: release(),
    cpu: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
    node: process.version,
    topology:
      'lan1 – bridge – router – provider, veth pairs in namespaces of one machine; generator and sink included in the cost',
    mtu: 1500,
    congestionControl: CONGESTION_CONTROL,
    tso: state('tcp-segmentation-offload'),
    gso: state('generic-segmentation-offload'),
    gro: state('generic-receive-offload'),
    carriedByTheKernel: `${mode}: ${OFFLOAD_WORDS[mode]}`,
  }
}

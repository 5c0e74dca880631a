/** What `-v` prints before something is done: rules of ipchains numeric and without columns, chains by their names. */
import { type Chain, formatNetwork, parseNetwork } from '@bauta/config'
import { protocolName } from '../names.ts'
import type { ClassicSpec, Range } from './classic-spec.ts'
import type { Edit } from './edit.ts'

const DOING: Partial<Record<Edit['do'], string>> = {
  flush: 'Flushing',
  zero: 'Zeroing',
  'delete-chain': 'Deleting',
}

/** A line for each chain that is emptied, zeroed or deleted, or nothing. @param chains those of the table */
export const chainEcho =
  (chains: readonly Chain[]) =>
  (edit: Edit): string => {
    const doing = DOING[edit.do]
    if (!doing || !('chain' in edit)) return ''
    const all = chains.filter(({ policy }) => edit.do !== 'delete-chain' || policy === null)
    const names = edit.chain === null ? all.map(({ name }) => name) : [edit.chain]
    return names.map((name) => `${doing} chain \`${name}'\n`).join('')
  }

export function ruleEcho(spec: ClassicSpec): string {
  const { inverted } = spec
  const hex = (value: number) => `0x${value.toString(16).toUpperCase().padStart(2, '0')}`
  const [and, xor] = spec.tos ?? [0xff, 0]
  const opt = [
    inverted.has('y') ? '!' : '-',
    spec.syn ? 'y' : '-',
    inverted.has('f') ? '!' : '-',
    spec.fragment ? 'f' : '-',
    spec.log ? 'l' : '-',
    '-',
  ].join('')
  return (
    `${spec.target || '-'} ${inverted.has('p') ? '!' : ' '}${protocolName(spec.protocol)} opt    ${opt} ` +
    `tos ${hex(and)} ${hex(xor)} ${inverted.has('i') ? '!' : ' '}via ${spec.device || '*'} ${markText(spec)}  ` +
    `${inverted.has('s') ? '!' : ' '}${network(spec.source)} -> ${inverted.has('d') ? '!' : ''}${network(spec.destination)}  ` +
    `${portsText(spec)}\n`
  )
}

function network(text: string): string {
  const parsed = parseNetwork(text)
  return typeof parsed === 'string' ? text : formatNetwork(parsed)
}

function markText({ mark }: ClassicSpec): string {
  if (!mark || (mark.value === 0 && !mark.absolute)) return ''
  return `mark 0x${mark.value.toString(16)} `
}

function portsText({
  protocol,
  sourcePorts,
  destinationPorts,
  inverted,
  target,
  redirect,
}: ClassicSpec): string {
  if (protocol !== 1 && protocol !== 6 && protocol !== 17) return '  n/a'
  const one = (range: Range, code: string) => `${inverted.has(code) ? ' !' : '  '}${rangeText(range)}`
  const to = target === 'REDIRECT' ? (redirect === 0 ? ' *' : String(redirect)) : ''
  return `${one(sourcePorts, '1')} -> ${one(destinationPorts, '2')}${to}`
}

function rangeText({ from, to }: Range): string {
  if (from === 0 && to === 0xffff) return '*'
  return from === to ? String(from) : `${from}:${to}`
}

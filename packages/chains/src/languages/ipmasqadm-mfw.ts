/**
 * `ipmasqadm mfw`: leads by the mark that rules have given a packet. -A adds a machine behind the others of its mark, -I before them, -E
 * sets its preference, -S has the next one serve now. A preference of 0 means that the first machine always serves; without a
 * port the packet keeps its own. All machines of one mark have the same port here.
 */
import type { Forwards, MarkedForward } from '@bauta/config'
import { dottedAddress } from './addresses.ts'
import type { ForwardsOutcome } from './ipmasqadm.ts'
import { numberIn } from './lookup.ts'
import { Options, type OptionTable, PLAIN } from './options.ts'
import { refused, wrong } from './problem.ts'

const MFW: OptionTable = {
  short: { A: 0, I: 0, D: 0, E: 0, S: 0, F: 0, L: 0, n: 0, v: 0, m: 1, r: 1, p: 1 },
  long: {},
}
const COMMANDS = 'AIDESFL'
const DEFAULT_PREFERENCE = 10
const HIGHEST_MARK = 0x7fffffff
const NO_SUCH = 'No such process (there is no entry like this one)'

interface Line {
  command: string
  mark: number | null
  address: string | null
  port: number | null
  preference: number | null
}

export function mfw(words: readonly string[], forwards: Forwards, newId: () => number): ForwardsOutcome {
  const line = lineOf(words)
  if (line.command === 'L') return { kind: 'list', what: 'mfw' }
  if (line.command === 'F') return changed({ ...forwards, marks: [] })
  if (line.mark === null) throw wrong('-m MARK must be given')
  const known = forwards.marks.find(({ mark }) => mark === line.mark)
  if (line.command === 'A' || line.command === 'I') return changed(added(line, forwards, known, newId))
  if (!known) throw refused(NO_SUCH)
  return changed(replaced(forwards, known, targetsAfter(line, known)))
}

function lineOf(words: readonly string[]): Line {
  const options = new Options(words, MFW)
  const line: Line = { command: '', mark: null, address: null, port: null, preference: null }
  for (let option = options.next(); option; option = options.next()) {
    const { code, value } = option
    if (code === PLAIN) throw wrong(`unknown argument \`${value}'`)
    if (COMMANDS.includes(code)) {
      if (line.command !== '') throw wrong('multiple commands specified')
      line.command = code
    } else if (code === 'm') line.mark = markOf(value!)
    else if (code === 'r') {
      if (dottedAddress(value!) === null) throw wrong(`invalid address specified (\`${value}')`)
      line.address = value!
      line.port = portOf(options.takeValue())
    } else if (code === 'p') line.preference = preferenceOf(value!)
  }
  if (line.command === '') throw wrong('no command specified')
  return line
}

/** Decimal, or hexadecimal with 0x, as ipchains -m takes it. */
function markOf(text: string): number {
  const value = /^0x[0-9a-f]+$/i.test(text) ? Number.parseInt(text, 16) : numberIn(text, 1, HIGHEST_MARK)
  if (value === null || value < 1 || value > HIGHEST_MARK)
    throw wrong(`invalid mark specified (\`${text}'); a number from 1 to ${HIGHEST_MARK}`)
  return value
}

function portOf(text: string | null): number | null {
  if (text === null) return null
  const port = numberIn(text, 1, 65_535)
  if (port === null) throw wrong(`invalid port specified (\`${text}')`)
  return port
}

function preferenceOf(text: string): number {
  const value = numberIn(text, 0, 10_000)
  if (value === null) throw wrong(`invalid preference value specified (\`${text}'); a number from 0 to 10000`)
  return value
}

function added(
  line: Line,
  forwards: Forwards,
  known: MarkedForward | undefined,
  newId: () => number,
): Forwards {
  const { address, port, mark } = line
  if (address === null) throw wrong('-r ADDRESS [PORT] must be given')
  const target = { address, turns: line.preference ?? DEFAULT_PREFERENCE }
  if (!known) {
    const fresh: MarkedForward = {
      id: newId(),
      enabled: true,
      comment: '',
      mark: mark!,
      targets: [target],
      targetPort: port,
    }
    return { ...forwards, marks: [...forwards.marks, fresh] }
  }
  if (known.targetPort !== port)
    throw refused(
      `mark ${mark} leads to ${known.targetPort === null ? 'the packet’s own port' : `port ${known.targetPort}`} already, and all machines of one mark have the same; delete it first`,
    )
  const others = known.targets.filter((other) => other.address !== address)
  return replaced(forwards, known, line.command === 'I' ? [target, ...others] : [...others, target])
}

/** Of -D, -E and -S. */
function targetsAfter(line: Line, known: MarkedForward): MarkedForward['targets'] {
  const { targets } = known
  if (line.command === 'S') return [...targets.slice(1), targets[0]!]
  const { address } = line
  if (line.command === 'D') {
    if (address === null) return []
    if (!isOf(known, line)) throw refused(NO_SUCH)
    return targets.filter((target) => target.address !== address)
  }
  if (line.preference === null) throw wrong('-p PREFERENCE must be given')
  if (address !== null && !isOf(known, line)) throw refused(NO_SUCH)
  const turns = line.preference
  return targets.map((target) =>
    address === null || target.address === address ? { ...target, turns } : target,
  )
}

const isOf = ({ targets, targetPort }: MarkedForward, { address, port }: Line): boolean =>
  targets.some((target) => target.address === address) && (port === null || port === targetPort)

function replaced(forwards: Forwards, known: MarkedForward, targets: MarkedForward['targets']): Forwards {
  const marks = forwards.marks.flatMap((marked) =>
    marked !== known ? [marked] : targets.length > 0 ? [{ ...known, targets }] : [],
  )
  return { ...forwards, marks }
}

const changed = (forwards: Forwards): ForwardsOutcome => ({ kind: 'changed', forwards, notes: [] })

/** `mfw -L -n`, a row for every machine of a mark. */
export function listMfw({ marks }: Forwards): string {
  const row = (mark: string, address: string, port: string, count: string, preference: string) =>
    `${mark.padEnd(8)} ${address.padEnd(20)} ${port.padStart(8)} ${count.padStart(5)} ${preference.padStart(5)}\n`
  const rows = marks.flatMap(({ enabled, mark, targets, targetPort }) =>
    enabled
      ? targets.map(({ address, turns }) =>
          row(String(mark), address, String(targetPort ?? 0), String(turns), String(turns)),
        )
      : [],
  )
  return row('fwmark', 'rediraddr', 'rport', 'pcnt', 'pref') + rows.join('')
}

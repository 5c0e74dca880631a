/**
 * The command line of ipmasqadm 0.4: modules portfw, autofw and mfw (ipmasqadm-mfw.ts) on the box's port forwards, triggers and forwards
 * by mark.
 *
 * Forwards hold for the address that the box has on the Internet, whichever it is: the local address of `-L` is read, told, and shown
 * in listings as the box's own.
 */
import type { Forward, Forwards, Trigger } from '@bauta/config'
import { dottedAddress } from './addresses.ts'
import { mfw } from './ipmasqadm-mfw.ts'
import { type UserOutcome, user } from './ipmasqadm-user.ts'
import { numberIn, servicePort } from './lookup.ts'
import { Options, type OptionTable, PLAIN } from './options.ts'
import { type ExitCode, LanguageProblem, refused, wrong } from './problem.ts'

export type ForwardsOutcome =
  | { kind: 'changed'; forwards: Forwards; notes: string[] }
  | { kind: 'list'; what: 'portfw' | 'mfw' }
  | UserOutcome
  | { kind: 'print'; text: string }
  | { kind: 'refused'; exit: ExitCode; text: string }

/** PORT_MASQ_BEGIN of 2.2, less one: what lies above is for masquerading. */
const HIGHEST_LOCAL = 60_999
const DEFAULT_PREFERENCE = 10

export const IPMASQADM_HELP = `ipmasqadm 0.4.2, as Bauta has it

  ipmasqadm portfw -a -P tcp|udp -L ADDRESS PORT -R ADDRESS PORT [-p PREFERENCE]   add, or set its preference
  ipmasqadm portfw -d -P tcp|udp -L ADDRESS PORT [-R ADDRESS PORT]                 delete
  ipmasqadm portfw -f                                                            delete all
  ipmasqadm portfw -l [-n]                                                       list
  ipmasqadm autofw -A -r tcp|udp LOW HIGH -c tcp|udp PORT [-i]                   open ports for who asks
  ipmasqadm autofw -A -r tcp|udp LOW HIGH -h HOST                                forward a range
  ipmasqadm autofw -D …, ipmasqadm autofw -F                                     delete one, or all
  ipmasqadm mfw -A|-I -m MARK -r ADDRESS [PORT] [-p PREFERENCE]                  lead by mark, last or first in turn
  ipmasqadm mfw -E -m MARK [-r ADDRESS] -p PREFERENCE                            set preferences
  ipmasqadm mfw -D -m MARK [-r ADDRESS [PORT]], mfw -S -m MARK, mfw -F           delete; next one's turn; delete all
  ipmasqadm mfw -L [-n]                                                          list
  ipmasqadm user -a -P tcp|udp -M ADDRESS PORT -S ADDRESS PORT [-D ADDRESS PORT] [-t SECONDS]   a way in, for a while
  ipmasqadm user -d -P tcp|udp -M ADDRESS PORT                                   end it

Several targets of one port take turns: each serves as many new connections in a row as its preference says.
`

/** @param words behind the program's name; never throws */
export function runIpmasqadm(
  words: readonly string[],
  forwards: Forwards,
  newId: () => number,
): ForwardsOutcome {
  const [module = '', ...rest] = words
  try {
    if (module === '' || module === '-h' || (rest.includes('-h') && rest.length === 1))
      return { kind: 'print', text: IPMASQADM_HELP }
    if (module === 'portfw') return portfw(rest, forwards, newId)
    if (module === 'autofw') return autofw(rest, forwards, newId)
    if (module === 'mfw') return mfw(rest, forwards, newId)
    if (module === 'user') return user(rest)
    throw wrong(`unknown module \`${module}' (there are portfw, autofw, mfw, user)`)
  } catch (error) {
    if (!(error instanceof LanguageProblem)) throw error
    const { exit, message } = error
    return {
      kind: 'refused',
      exit,
      text: `${module || 'ipmasqadm'}: ${message}\n${exit === 2 ? "Try `ipmasqadm -h' for more information.\n" : ''}`,
    }
  }
}

const PORTFW: OptionTable = {
  short: { a: 0, d: 0, f: 0, l: 0, n: 0, v: 0, P: 1, L: 1, R: 1, p: 1 },
  long: {},
}

interface Line {
  command: string
  protocol: 'tcp' | 'udp' | null
  local: { address: string; port: number } | null
  remote: { address: string; port: number } | null
  preference: number
  range: { protocol: 'tcp' | 'udp'; from: number; to: number } | null
  control: { protocol: 'tcp' | 'udp'; port: number } | null
  host: string | null
  anyServer: boolean
  notes: string[]
}

const emptyLine = (): Line => ({
  command: '',
  protocol: null,
  local: null,
  remote: null,
  preference: DEFAULT_PREFERENCE,
  range: null,
  control: null,
  host: null,
  anyServer: false,
  notes: [],
})

function command(line: Line, code: string): void {
  if (line.command !== '') throw wrong('multiple commands specified')
  line.command = code
}

function portfw(words: readonly string[], forwards: Forwards, newId: () => number): ForwardsOutcome {
  const options = new Options(words, PORTFW)
  const line = emptyLine()
  const ends: { L?: string[]; R?: string[] } = {}
  for (let option = options.next(); option; option = options.next()) {
    const { code, value } = option
    if (code === PLAIN) throw wrong(`unknown argument \`${value}'`)
    if ('adfl'.includes(code)) command(line, code)
    else if (code === 'P') line.protocol = protocolOf(value!)
    else if (code === 'L' || code === 'R') ends[code] = [value!, options.takeValue() ?? '']
    else if (code === 'p') line.preference = preferenceOf(value!)
  }
  if (line.command === '') throw wrong('no command specified')
  if (line.command === 'l') return { kind: 'list', what: 'portfw' }
  if (line.command === 'f')
    return changed({ ...forwards, list: forwards.list.filter(({ protocol }) => protocol === 'all') }, [])
  if (!line.protocol) throw wrong('-P tcp or -P udp must be given')
  if (!ends.L) throw wrong('-L ADDRESS PORT must be given')
  line.local = endOf(ends.L, line.protocol, HIGHEST_LOCAL)
  if (ends.R) line.remote = endOf(ends.R, line.protocol, 65_535)
  const apart = setApart(forwards, line.protocol, line.local.port, newId)
  return line.command === 'a' ? addTarget(line, apart, newId) : deleteTarget(line, apart)
}

function protocolOf(text: string): 'tcp' | 'udp' {
  const name = text.toLowerCase()
  if (name !== 'tcp' && name !== 'udp')
    throw wrong(`invalid protocol specified (\`${text}'); there are tcp and udp`)
  return name
}

function preferenceOf(text: string): number {
  const value = numberIn(text, 1, 10_000)
  if (value === null) throw wrong(`invalid preference value specified (\`${text}'); a number from 1 to 10000`)
  return value
}

function endOf([address = '', port = '']: string[], protocol: 'tcp' | 'udp', most: number) {
  if (dottedAddress(address) === null) throw wrong(`invalid address specified (\`${address}')`)
  const number = numberIn(port, 1, most) ?? servicePort(port, protocol === 'tcp' ? 6 : 17)
  if (number === null || number > most) throw wrong(`invalid port specified (\`${port}'); 1 to ${most}`)
  return { address, port: number }
}

const changed = (forwards: Forwards, notes: string[]): ForwardsOutcome => ({
  kind: 'changed',
  forwards,
  notes,
})

/** The forward of just this port. */
const isOf = ({ protocol, ports, source }: Forward, wanted: Forward['protocol'], port: number) =>
  protocol === wanted && ports?.from === port && ports.to === port && source === null

/** A forward of the page may be for both protocols: what is said of one of them is not to touch the other. */
function setApart(forwards: Forwards, protocol: 'tcp' | 'udp', port: number, newId: () => number): Forwards {
  const list = forwards.list.flatMap((forward): Forward[] =>
    isOf(forward, 'both', port)
      ? [
          { ...forward, id: newId(), protocol },
          { ...forward, protocol: protocol === 'tcp' ? 'udp' : 'tcp' },
        ]
      : [forward],
  )
  return { ...forwards, list }
}

function addTarget(
  { protocol, local, remote, preference }: Line,
  forwards: Forwards,
  newId: () => number,
): ForwardsOutcome {
  if (!remote) throw wrong('-R ADDRESS PORT must be given')
  const { port } = local!
  const notes = [
    `the forward holds for the box's Internet address, whichever it is (not ${local!.address} alone)`,
  ]
  const known = forwards.list.find((forward) => isOf(forward, protocol!, port))
  const target = { address: remote.address, turns: preference }
  if (!known) {
    const forward: Forward = {
      id: newId(),
      enabled: true,
      comment: '',
      protocol: protocol!,
      ports: { from: port, to: port },
      targets: [target],
      targetPort: remote.port === port ? null : remote.port,
      source: null,
    }
    // New ones came first; DMZ hosts stay behind them.
    return changed({ ...forwards, list: [forward, ...forwards.list] }, notes)
  }
  if ((known.targetPort ?? port) !== remote.port)
    throw refused(
      `port ${port} leads to port ${known.targetPort ?? port} already, and all targets of one forward have the same; delete it first`,
    )
  const isKnown = known.targets.some(({ address }) => address === target.address)
  const targets = isKnown
    ? known.targets.map((one) => (one.address === target.address ? target : one))
    : [target, ...known.targets]
  return changed(
    {
      ...forwards,
      list: forwards.list.map((forward) => (forward === known ? { ...known, targets } : forward)),
    },
    notes,
  )
}

function deleteTarget({ protocol, local, remote }: Line, forwards: Forwards): ForwardsOutcome {
  const { port } = local!
  const known = forwards.list.find(
    (forward) =>
      isOf(forward, protocol!, port) &&
      (!remote ||
        ((forward.targetPort ?? port) === remote.port &&
          forward.targets.some(({ address }) => address === remote.address))),
  )
  if (!known) throw refused('No such process (there is no forward like this one)')
  const targets = remote ? known.targets.filter(({ address }) => address !== remote.address) : []
  const left: Forward[] = targets.length > 0 ? [{ ...known, targets }] : []
  return changed(
    { ...forwards, list: forwards.list.flatMap((forward) => (forward === known ? left : [forward])) },
    [],
  )
}

const AUTOFW: OptionTable = {
  short: { A: 0, D: 0, F: 0, n: 0, u: 0, i: 0, v: 0, r: 1, d: 1, p: 1, c: 1, h: 1 },
  long: {},
}

function autofw(words: readonly string[], forwards: Forwards, newId: () => number): ForwardsOutcome {
  const options = new Options(words, AUTOFW)
  const line = emptyLine()
  for (let option = options.next(); option; option = options.next()) {
    const { code, value } = option
    if (code === PLAIN) throw wrong(`unknown argument \`${value}'`)
    if ('ADF'.includes(code)) command(line, code)
    else if (code === 'r') line.range = rangeOf(value!, options)
    else if (code === 'd' || code === 'p')
      throw refused(`-${code} is not done here; -r opens a range of ports, portfw leads one port to another`)
    else if (code === 'c') line.control = { protocol: protocolOf(value!), port: portOf(options.takeValue()) }
    else if (code === 'h') line.host = hostOf(value!)
    else if (code === 'i') line.anyServer = true
    else if (code === 'u')
      line.notes.push(
        'the ports stay open for 15 seconds after each packet to the control port all the same (-u)',
      )
  }
  if (line.command === '') throw wrong('no command specified')
  if (line.command === 'F') return changed({ ...forwards, triggers: [] }, [])
  if (!line.range) throw wrong('-r PROTOCOL LOW HIGH must be given')
  if (line.host !== null && line.control) throw wrong('-h and -c exclude each other')
  if (line.host !== null) return rangeToHost(line, forwards, newId)
  if (!line.control) throw wrong('-c PROTOCOL PORT or -h HOST must be given')
  return line.command === 'A' ? addTrigger(line, forwards, newId) : deleteTrigger(line, forwards)
}

function portOf(text: string | null): number {
  const port = text === null ? null : numberIn(text, 1, 65_535)
  if (port === null) throw wrong(`invalid port specified (\`${text ?? ''}')`)
  return port
}

function hostOf(text: string): string {
  if (dottedAddress(text) === null) throw wrong(`invalid host specified (\`${text}')`)
  return text
}

function rangeOf(protocol: string, options: Options): NonNullable<Line['range']> {
  const range = {
    protocol: protocolOf(protocol),
    from: portOf(options.takeValue()),
    to: portOf(options.takeValue()),
  }
  if (range.from > range.to) throw wrong(`invalid range of ports (${range.from} > ${range.to})`)
  return range
}

function rangeToHost(
  { command: wanted, range, host, notes }: Line,
  forwards: Forwards,
  newId: () => number,
): ForwardsOutcome {
  const { protocol, from, to } = range!
  const same = (forward: Forward) =>
    forward.protocol === protocol &&
    forward.ports?.from === from &&
    forward.ports.to === to &&
    forward.targets.length === 1 &&
    forward.targets[0]!.address === host
  if (wanted === 'D') {
    if (!forwards.list.some(same)) throw refused('No such process (there is no entry like this one)')
    return changed({ ...forwards, list: forwards.list.filter((forward) => !same(forward)) }, notes)
  }
  const forward: Forward = {
    id: newId(),
    enabled: true,
    comment: '',
    protocol,
    ports: { from, to },
    targets: [{ address: host!, turns: DEFAULT_PREFERENCE }],
    targetPort: null,
    source: null,
  }
  return changed({ ...forwards, list: [forward, ...forwards.list] }, notes)
}

const sameTrigger =
  ({ control, range }: Line) =>
  (trigger: Trigger) =>
    JSON.stringify(trigger.control) === JSON.stringify(control) &&
    trigger.opens.protocol === range!.protocol &&
    trigger.opens.from === range!.from &&
    trigger.opens.to === range!.to

function addTrigger(line: Line, forwards: Forwards, newId: () => number): ForwardsOutcome {
  const trigger: Trigger = {
    id: newId(),
    enabled: true,
    comment: '',
    control: line.control!,
    opens: { protocol: line.range!.protocol, from: line.range!.from, to: line.range!.to },
    anyServer: line.anyServer,
  }
  const others = forwards.triggers.filter((one) => !sameTrigger(line)(one))
  return changed({ ...forwards, triggers: [...others, trigger] }, line.notes)
}

function deleteTrigger(line: Line, forwards: Forwards): ForwardsOutcome {
  const left = forwards.triggers.filter((one) => !sameTrigger(line)(one))
  if (left.length === forwards.triggers.length)
    throw refused('No such process (there is no entry like this one)')
  return changed({ ...forwards, triggers: left }, [])
}

/** `portfw -l -n`, a row for every target of a port; ranges show their ends. @param local the box's Internet address */
export function listPortfw({ list }: Forwards, local: string): string {
  const row = (cells: readonly [string, string, string, string, string, string, string]) => {
    const [protocol, from, to, lport, rport, count, preference] = cells
    return `${protocol.padEnd(4)} ${from.padEnd(20)} ${to.padEnd(20)} ${lport.padStart(8)} ${rport.padStart(8)} ${count.padStart(5)} ${preference.padStart(5)}\n`
  }
  const rows = list.flatMap((forward) => {
    const { enabled, protocol, ports, targetPort, targets } = forward
    if (!enabled || !ports) return []
    const span = (from: number) =>
      ports.to > ports.from ? `${from}-${from + ports.to - ports.from}` : String(from)
    const protocols = protocol === 'both' ? ['TCP', 'UDP'] : [protocol.toUpperCase()]
    return protocols.flatMap((name) =>
      targets.map(({ address, turns }) =>
        row([
          name,
          local,
          address,
          span(ports.from),
          span(targetPort ?? ports.from),
          String(turns),
          String(turns),
        ]),
      ),
    )
  })
  return row(['prot', 'localaddr', 'rediraddr', 'lport', 'rport', 'pcnt', 'pref']) + rows.join('')
}

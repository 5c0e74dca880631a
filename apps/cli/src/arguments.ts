/** From words on the command line to a command; see help.ts for what there is. */
import { EXPORT_LANGUAGES, type ExportLanguage, MODULE_PROGRAMS, type Program } from '@bauta/chains'
import { DEFAULT_COMMAND_SOCKET, type LogQuery } from '@bauta/control'
import { UsageError } from './usage-error.ts'

export const DEFAULT_SOCKET = '/run/bauta/dataplane.sock'
const DEFAULT_LIMIT = 100

export type Command =
  | { name: 'help' }
  | { name: 'status' | 'helpers'; json: boolean }
  | { name: 'proc'; path: string }
  | { name: 'internet'; json: boolean; remote: Remote | null }
  | { name: 'dial' | 'hangup'; connection: string; remote: Remote | null }
  | { name: 'connections'; filter: string; limit: number; json: boolean }
  | { name: 'counters'; all: boolean; json: boolean }
  | { name: 'log'; filter: string; limit: number; source: string | undefined; level: LogQuery['level'] }
  | { name: 'reboot' }
  | { name: 'factory-reset' }
  /** Its own words, with its own mistakes and exit codes. */
  | { name: 'program'; program: Program; words: readonly string[] }
  | { name: 'restore'; file: string | null; keep: boolean }
  | {
      name: 'import'
      file: string
      yes: boolean
      variables: Record<string, string>
      interfaces: Record<string, string>
    }
  | { name: 'export'; language: ExportLanguage }

/** Another machine's box, over the line protocol. */
export interface Remote {
  host: string
  as: string
}

export interface Invocation {
  socket: string
  /** the web process's socket, for what changes settings */
  commands: string
  command: Command
}

/**
 * @param words behind the program's name
 * @throws UsageError
 */
export function parseArguments(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Invocation {
  const { socket, rest } = takeSocket(words)
  return {
    socket: socket ?? (environment.BAUTA_SOCKET || DEFAULT_SOCKET),
    commands: environment.BAUTA_COMMANDS || DEFAULT_COMMAND_SOCKET,
    command: parseCommand(rest),
  }
}

/** `--socket FILE` and `--socket=FILE` may stand anywhere. */
function takeSocket(words: readonly string[]): { socket: string | undefined; rest: string[] } {
  const rest = [...words]
  const at = rest.findIndex((word) => word === '--socket' || word.startsWith('--socket='))
  if (at < 0) return { socket: undefined, rest }
  const attached = rest[at]!.includes('=')
  const [word, next] = rest.splice(at, attached ? 1 : 2)
  const socket = attached ? word!.slice('--socket='.length) : next
  if (!socket) throw new UsageError('--socket needs the path of the dataplane’s socket')
  return { socket, rest }
}

function parseCommand([name, ...words]: readonly string[]): Command {
  if (name === undefined) throw new UsageError('say what you want to see')
  const program = PROGRAMS.find((one) => one === name)
  if (program) return { name: 'program', program, words }
  if (name === 'iptables-restore') return parseRestore(words)
  if (name === 'help' || isHelp(name) || words.some(isHelp)) return { name: 'help' }
  switch (name) {
    case 'status':
    case 'helpers':
      return { name, ...takeFlags(name, words, ['json']).flags }
    case 'counters':
      return { name, ...takeFlags(name, words, ['json', 'all']).flags }
    case 'proc':
      return { name, path: procPath(words) }
    case 'connections':
      return parseConnections(words)
    case 'log':
      return parseLog(words)
    case 'import':
      return parseImport(words)
    case 'export': {
      const [language = ''] = takeFlags(name, words, [], true).plain
      const found = EXPORT_LANGUAGES.find((one) => one === language)
      if (!found) throw new UsageError(`export needs a language: ${EXPORT_LANGUAGES.join(', ')}`)
      return { name, language: found }
    }
    case 'reboot':
      return { name, ...takeFlags(name, words, []).flags }
    case 'factory-reset':
      if (!takeFlags(name, words, ['yes']).flags.yes)
        throw new UsageError(
          'factory-reset forgets every setting and every administrator; say --yes if you mean it',
        )
      return { name }
    case 'internet': {
      const { remote, rest } = takeRemote(words)
      return { name, remote, ...takeFlags(name, rest, ['json']).flags }
    }
    case 'dial':
    case 'hangup': {
      const { remote, rest } = takeRemote(words)
      const connection = takeFlags(name, rest, [], true).plain.join(' ')
      if (connection === '')
        throw new UsageError(`${name} needs the name of a connection; bauta internet lists them`)
      return { name, connection, remote }
    }
  }
  throw new UsageError(`there is no command “${name}”`)
}

const PROGRAMS: readonly Program[] = [
  'ipchains',
  'ipfwadm',
  'iptables',
  'iptables-save',
  'ipmasqadm',
  ...MODULE_PROGRAMS,
]

const isHelp = (word: string): boolean => word === '-h' || word === '--help'

/** @returns which of the flags were given, and the words that are no options */
function takeFlags<F extends string>(
  command: string,
  words: readonly string[],
  known: readonly F[],
  takesWords = false,
): { flags: Record<F, boolean>; plain: string[] } {
  const plain = words.filter((word) => !word.startsWith('-'))
  const given = words.filter((word) => word.startsWith('-')).map((word) => word.replace(/^--/, ''))
  const strange = given.find((flag) => !(known as readonly string[]).includes(flag))
  if (strange !== undefined) throw new UsageError(`${command} knows no option “${strange}”`)
  if (plain.length > 0 && !takesWords) throw new UsageError(`${command} takes no “${plain[0]}”`)
  const flags = Object.fromEntries(known.map((flag) => [flag, given.includes(flag)]))
  return { flags: flags as Record<F, boolean>, plain }
}

/** `--host H --as NAME` may stand anywhere; one does not go without the other. */
function takeRemote(words: readonly string[]): { remote: Remote | null; rest: string[] } {
  const rest = [...words]
  const take = (option: string): string | null => {
    const at = rest.indexOf(option)
    if (at < 0) return null
    const [, value] = rest.splice(at, 2)
    if (!value) throw new UsageError(`${option} needs a value`)
    return value
  }
  const [host, as] = [take('--host'), take('--as')]
  if ((host === null) !== (as === null)) throw new UsageError('--host and --as go together')
  return { remote: host === null || as === null ? null : { host, as }, rest }
}

/** `net/ip_masquerade`, `/net/…` and `/proc/net/…` are the same file. */
function procPath(words: readonly string[]): string {
  const [word, ...more] = words
  if (word === undefined) throw new UsageError('proc needs a file, as in: bauta proc net/ip_masquerade')
  if (more.length > 0) throw new UsageError('proc shows one file at a time')
  const path = word.replace(/^\/*(proc\/+)?/, '')
  if (!/^[\w-]+(\/[\w-]+)*$/.test(path)) throw new UsageError(`“${word}” is no file under /proc`)
  return `/proc/${path}`
}

function parseConnections(words: readonly string[]): Command {
  const rest = [...words]
  const at = rest.indexOf('--limit')
  const limit = at < 0 ? DEFAULT_LIMIT : readLimit(rest.splice(at, 2)[1])
  const { flags, plain } = takeFlags('connections', rest, ['json'], true)
  return { name: 'connections', filter: plain.join(' '), limit, ...flags }
}

function parseLog(words: readonly string[]): Command {
  const rest = [...words]
  const optionOf = (option: string) => {
    const at = rest.indexOf(option)
    return at < 0 ? undefined : (rest.splice(at, 2)[1] ?? '')
  }
  const limit = optionOf('--limit')
  const source = optionOf('--source')
  if (source === '') throw new UsageError('--source needs a name, as in: bauta log --source dnsmasq')
  const { flags, plain } = takeFlags('log', rest, ['warnings', 'errors'], true)
  const level = flags.errors ? 'error' : flags.warnings ? 'warn' : 'info'
  const lines = limit === undefined ? DEFAULT_LIMIT : readLimit(limit, 'lines')
  return { name: 'log', filter: plain.join(' '), limit: Math.min(lines, 500), source, level }
}

function readLimit(word: string | undefined, what = 'connections'): number {
  if (!word || !/^\d{1,7}$/.test(word) || Number(word) === 0)
    throw new UsageError(`--limit needs a number of ${what}, 1 or more`)
  return Number(word)
}

function parseRestore(words: readonly string[]): Command {
  const plain = words.filter((word) => !word.startsWith('-'))
  const keep = words.some((word) => word === '-n' || word === '--noflush')
  const strange = words.find(
    (word) => word.startsWith('-') && !['-n', '--noflush', '-c', '--counters'].includes(word),
  )
  if (strange !== undefined) throw new UsageError(`iptables-restore knows no option “${strange}”`)
  if (plain.length > 1) throw new UsageError('iptables-restore reads one file')
  return { name: 'restore', file: plain[0] ?? null, keep }
}

/** `import FILE [--set NAME=VALUE]… [--interface THEIRS=OURS]… [--yes]` */
function parseImport(words: readonly string[]): Command {
  const rest = [...words]
  const pairs = (option: string) => {
    const found: Record<string, string> = {}
    for (let at = rest.indexOf(option); at >= 0; at = rest.indexOf(option)) {
      const [, pair = ''] = rest.splice(at, 2)
      const equals = pair.indexOf('=')
      if (equals < 1) throw new UsageError(`${option} needs NAME=VALUE`)
      found[pair.slice(0, equals)] = pair.slice(equals + 1)
    }
    return found
  }
  const [variables, interfaces] = [pairs('--set'), pairs('--interface')]
  const { flags, plain } = takeFlags('import', rest, ['yes'], true)
  const [file, ...more] = plain
  if (file === undefined || more.length > 0)
    throw new UsageError('import needs one file, as in: bauta import /root/firewall.sh')
  return { name: 'import', file, yes: flags.yes, variables, interfaces }
}

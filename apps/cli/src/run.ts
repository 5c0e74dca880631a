/** One run of the program: parse, ask the dataplane, print, and an exit code. */
import { CommandsUnreachable, DataplaneClient, DataplaneRefusal, DataplaneUnreachable } from '@bauta/control'
import { type Command, parseArguments, type Remote } from './arguments.ts'
import { CommandFailed } from './command-failed.ts'
import { fetchConnections, formatConnections } from './connections.ts'
import { formatCounters } from './counters.ts'
import { dialRemotely } from './dial-client.ts'
import { HELP } from './help.ts'
import { formatHelpers } from './helpers.ts'
import { formatInternet } from './internet.ts'
import { formatLog } from './log.ts'
import type { NameSource } from './names.ts'
import { type Printed, type Reach, runProgram, runSave } from './programs.ts'
import { runExport, runImport, runRestore } from './scripts.ts'
import { formatStatus } from './status.ts'
import { UsageError } from './usage-error.ts'

/** What the program has of the world. */
export interface World {
  environment: Readonly<Record<string, string | undefined>>
  out(text: string): void
  err(text: string): void
  names: NameSource
  /** @param path null for what is piped in */
  read(path: string | null): Promise<string>
  now(): Date
}

export const EXIT = { done: 0, failed: 1, usage: 2 } as const

/** @param words behind the program's name @returns the exit code; never throws for what the user or the dataplane did */
export async function run(words: readonly string[], world: World): Promise<number> {
  try {
    const { socket, commands, command } = parseArguments(words, world.environment)
    const client = new DataplaneClient(socket)
    const printed = await program(command, { client, commands, names: world.names }, world)
    if (printed) {
      world.out(printed.out)
      world.err(printed.err)
      return printed.exit
    }
    world.out(await answer(command as Plain, client, world))
    return EXIT.done
  } catch (error) {
    const { code, text } = explain(error)
    world.err(text)
    return code
  }
}

type Plain = Exclude<Command, { name: 'program' | 'restore' | 'import' | 'export' }>

/** What has exit codes of its own; null for the rest. */
async function program(command: Command, reach: Reach, world: World): Promise<Printed | null> {
  switch (command.name) {
    case 'program':
      return command.program === 'iptables-save'
        ? runSave(command.words, reach, world.now())
        : runProgram(command.program, command.words, reach)
    case 'restore':
      return runRestore(reach.commands, await readFile(world, command.file), command.keep)
    case 'import': {
      const { file, variables, interfaces, yes } = command
      const text = await readFile(world, file === '-' ? null : file)
      return runImport(reach.commands, { text, variables, interfaces }, yes)
    }
    case 'export':
      return runExport(command.language, reach.client)
    default:
      return null
  }
}

async function readFile(world: World, path: string | null): Promise<string> {
  return world.read(path).catch((error: Error) => {
    throw new CommandFailed(`cannot read ${path ?? 'what is piped in'}: ${error.message}`)
  })
}

async function answer(command: Plain, client: DataplaneClient, world: World): Promise<string> {
  switch (command.name) {
    case 'help':
      return HELP
    case 'status': {
      const status = await client.status()
      return command.json ? json(status) : formatStatus(status)
    }
    case 'connections': {
      const page = await fetchConnections(client, command.filter, command.limit)
      return command.json ? json(page) : formatConnections(page)
    }
    case 'counters': {
      const counters = await client.counters()
      return command.json ? json(counters) : formatCounters(counters, await client.settings(), command.all)
    }
    case 'helpers': {
      const counters = await client.counters()
      return command.json ? json(counters.helpers) : formatHelpers(counters, await client.settings())
    }
    case 'proc':
      return client.text(command.path)
    case 'log': {
      const { filter: q, limit, source, level } = command
      return formatLog(await client.log({ q, limit, level, ...(source ? { source } : {}) }))
    }
    case 'reboot':
      await client.reboot()
      return 'The machine starts again.\n'
    case 'factory-reset':
      await client.factoryReset()
      return 'The machine forgets everything and starts again. It is then claimed by the first browser of the home network.\n'
    case 'internet': {
      if (command.remote) return remotely(command.remote, 'LIST', world)
      const status = await client.internet()
      return command.json ? json(status) : formatInternet(status)
    }
    case 'dial':
    case 'hangup': {
      const { name, connection, remote } = command
      if (remote) return remotely(remote, `${name.toUpperCase()} ${connection}`, world)
      const request = { connection, who: 'admin', as: 'administrator' } as const
      return formatInternet(await (name === 'dial' ? client.dial(request) : client.hangUp(request)))
    }
  }
}

/** A password on a command line would be everybody's to read. */
function remotely({ host, as }: Remote, command: string, { environment }: World): Promise<string> {
  const password = environment.BAUTA_DIAL_PASSWORD
  if (!password) throw new CommandFailed('BAUTA_DIAL_PASSWORD must hold the password')
  return dialRemotely({ host, as, password, command })
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

function explain(error: unknown): { code: number; text: string } {
  if (error instanceof UsageError)
    return {
      code: EXIT.usage,
      text: `${error.program}: ${error.message}\nTry “${error.program} -h” for what there is.\n`,
    }
  if (error instanceof CommandFailed) return { code: EXIT.failed, text: `bauta: ${error.message}\n` }
  if (error instanceof CommandsUnreachable)
    return {
      code: EXIT.failed,
      text: `bauta: nothing was changed: ${error.message}\n${commandsHint(error.message)}`,
    }
  if (error instanceof DataplaneUnreachable)
    return { code: EXIT.failed, text: `bauta: ${error.message}\n${unreachableHint(error.message)}\n` }
  if (error instanceof DataplaneRefusal)
    return { code: EXIT.failed, text: `bauta: the dataplane said no: ${error.message}\n` }
  const reason = error instanceof Error ? error.message : String(error)
  return {
    code: EXIT.failed,
    text: `bauta: the dataplane's answer makes no sense; is it of another version? ${reason}\n`,
  }
}

const commandsHint = (message: string): string =>
  message.includes('EACCES')
    ? 'Only root changes settings from here; or use the page.\n'
    : message.startsWith('no answer')
      ? 'The web process takes changes: is it running? Its socket can be named with BAUTA_COMMANDS.\n'
      : ''

const unreachableHint = (message: string): string =>
  message.includes('EACCES')
    ? 'Run this as root, or as a member of the group that the socket belongs to.'
    : 'Is it running? Another socket can be named with --socket or BAUTA_SOCKET.'

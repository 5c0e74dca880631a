/**
 * `bauta ipchains`, `ipfwadm`, `iptables` and their kin. What shows something is answered here, from what the dataplane runs and counts;
 * what changes something goes to the web process, which alone opens the database: same revisions, same undo as on the page.
 */
import {
  type Command,
  countersOfReport,
  type InterfaceTable,
  ipchainsMasqListing,
  iptablesCommands,
  iptablesSave,
  isModuleProgram,
  listChains,
  listIpfwadm,
  listIptables,
  listMfw,
  listPortfw,
  noCounters,
  type Program,
  parseCommand,
  parseMasquerade,
  runIpmasqadm,
  testPacket,
  type UserOutcome,
} from '@bauta/chains'
import { emptyRules, parseNetwork, type Rules, type Snapshot, TABLES, TIMEOUT_PRESETS } from '@bauta/config'
import {
  askCommands,
  type CommandReply,
  commandReplySchema,
  type DataplaneClient,
  DataplaneRefusal,
} from '@bauta/control'
import { findNames, type NameSource } from './names.ts'

export interface Printed {
  exit: number
  out: string
  err: string
}
/** What the programs need of the world. */
export interface Reach {
  client: DataplaneClient
  /** the web process's socket */
  commands: string
  names: NameSource
}

const printed = (out: string): Printed => ({ exit: 0, out, err: '' })
const failed = (exit: number, err: string): Printed => ({ exit, out: '', err })

export async function runProgram(program: Program, words: readonly string[], reach: Reach): Promise<Printed> {
  if (isModuleProgram(program)) return change(program, words, reach)
  // Help, versions and the masquerade table need no settings; whatever dialect these are in.
  const alone = alonestanding(program, words)
  if (alone?.kind === 'print') return printed(alone.text)
  if (alone?.kind === 'list-masquerade') return masquerade(program, alone.options, reach)
  const { snapshot } = await reach.client.settings()
  if (program === 'ipmasqadm') return forwarding(words, snapshot, reach)
  const command = parseCommand(program, words, snapshot)
  const nameless = command.kind === 'problem' && / not found$/m.test(command.text)
  if (command.kind === 'problem' && !nameless) return failed(command.exit, command.text)
  // Names of machines are looked up there.
  if (command.kind === 'change' || command.kind === 'exists' || nameless) return change(program, words, reach)
  return show(program, command as Shown, snapshot, reach)
}

async function forwarding(words: readonly string[], { forwards }: Snapshot, reach: Reach): Promise<Printed> {
  const ran = runIpmasqadm(words, forwards, () => 0xffffff)
  if (ran.kind === 'refused') return failed(ran.exit, ran.text)
  if (ran.kind === 'print') return printed(ran.text)
  if (ran.kind === 'changed') return change('ipmasqadm', words, reach)
  if (ran.kind === 'expect' || ran.kind === 'forget') return wayIn(ran, reach)
  if (ran.what === 'mfw') return printed(listMfw(forwards))
  const { wan } = await reach.client.status()
  return printed(listPortfw(forwards, wan?.address ?? '0.0.0.0'))
}

/** No setting: the packet path is told. */
async function wayIn(asked: UserOutcome, { client }: Reach): Promise<Printed> {
  try {
    if (asked.kind === 'expect') await client.expect(asked.entry)
    else if (!(await client.forget(asked.protocol, asked.masqPort)))
      return failed(1, 'user: No such process (nothing is waited for there)\n')
  } catch (error) {
    if (!(error instanceof DataplaneRefusal)) throw error
    const faults = error.refusal.faults.map(({ message }) => message)
    return failed(1, `user: ${[error.message, ...faults].join('; ')}\n`)
  }
  return { exit: 0, out: '', err: asked.notes.map((note) => `user: ${note}\n`).join('') }
}

function alonestanding(program: Program, words: readonly string[]): Command | null {
  const dialect = program.startsWith('iptables') ? 'netfilter' : 'classic'
  const parsed = parseCommand(program, words, {
    rules: emptyRules(dialect),
    timeouts: TIMEOUT_PRESETS.classic,
  })
  return parsed.kind === 'print' || parsed.kind === 'list-masquerade' ? parsed : null
}

async function change(program: Program, words: readonly string[], { commands }: Reach): Promise<Printed> {
  const { exit, out, err }: CommandReply = await askCommands(commands, '/v1/command', commandReplySchema, {
    program,
    words,
  })
  return { exit, out, err }
}

type Shown = Exclude<
  Command,
  { kind: 'change' | 'exists' | 'problem' | 'print' | 'list-masquerade' | 'save' }
>

async function show(program: Program, command: Shown, snapshot: Snapshot, reach: Reach): Promise<Printed> {
  const { rules } = snapshot
  if (command.kind === 'test') {
    const answers = command.packets.map((packet) =>
      testPacket(rules, tableOf(snapshot), command.at.name, packet, program),
    )
    const known = answers.filter((answer) => answer !== null)
    return known.length === answers.length
      ? printed(command.echo + known.join(''))
      : failed(1, `${program}: No chain by that name\n`)
  }
  const text = await listing(command, snapshot, reach)
  if (text === null) return failed(1, `${program}: ${NO_CHAIN[program] ?? NO_CHAIN.ipchains}\n`)
  if (!('zero' in command) || !command.zero) return printed(text)
  const zeroed = await change(program, zeroWords(command), reach)
  return { ...zeroed, out: text + zeroed.out }
}

const NO_CHAIN: Readonly<Record<string, string>> = {
  ipchains: 'No chain by that name',
  iptables: 'No chain/target/match by that name.',
}

/** `-L -Z`: the listing comes first, then the counters begin anew. */
function zeroWords(command: Shown): string[] {
  if (command.kind === 'list-category')
    return [{ accounting: '-A', forward: '-F', input: '-I', output: '-O' }[command.category], '-z']
  if (command.kind === 'list-table')
    return [
      ...['-t', command.table, '-Z'],
      ...(command.chain ? [command.chain] : []),
      ...(command.options.verbose ? ['-v'] : []),
    ]
  return ['-Z']
}

async function listing(
  command: Exclude<Shown, { kind: 'test' }>,
  snapshot: Snapshot,
  { client, names }: Reach,
): Promise<string | null> {
  const { rules } = snapshot
  if (command.kind === 'print-table') {
    const { table, chain } = command
    const counters = command.counters ? countersOfReport(await client.counters()) : null
    return iptablesCommands(rules, table, chain, counters) || null
  }
  const { options } = command
  const always = command.kind === 'list-category' && command.category === 'accounting'
  const common = {
    ...options,
    counters: options.verbose || always ? countersOfReport(await client.counters()) : noCounters,
    ...(options.numeric ? {} : { names: await findNames(addressesOf(rules), names) }),
  }
  const interfaces = tableOf(snapshot)
  switch (command.kind) {
    case 'list':
      return listChains(rules, { ...common, interfaces, chain: command.chain ?? undefined }) || null
    case 'list-category':
      return listIpfwadm(rules, command.category, { ...common, interfaces })
    case 'list-table':
      return listIptables(rules, command.table, { ...common, chain: command.chain }) || null
  }
}

async function masquerade(
  program: Program,
  options: { numeric: boolean; verbose: boolean },
  { client, names }: Reach,
): Promise<Printed> {
  const rows = parseMasquerade(await client.text('/proc/net/ip_masquerade'))
  const addresses = rows.flatMap((row) => [row.client, row.server])
  const found = options.numeric ? {} : { names: await findNames(addresses, names) }
  return printed(ipchainsMasqListing(rows, { ...options, ...found, small: program === 'ipfwadm' }))
}

/** `iptables-save [-c] [-t TABLE]` */
export async function runSave(words: readonly string[], { client }: Reach, now: Date): Promise<Printed> {
  const { withCounters, table, strange } = saveOptions(words)
  if (strange !== null) return failed(2, `iptables-save: unknown argument “${strange}”\n`)
  const { rules } = (await client.settings()).snapshot
  if (rules.dialect !== 'netfilter')
    return failed(
      1,
      'iptables-save: this box’s rules are in the classic dialect; bauta export ipchains prints them\n',
    )
  const tables = TABLES.filter((name) => table === null || name === table)
  if (tables.length === 0)
    return failed(3, `iptables-save: there is no table ${table}; there are ${TABLES.join(', ')}\n`)
  const counters = countersOfReport(await client.counters())
  const text = iptablesSave(rules, tables, counters, withCounters)
  return printed(
    text
      .replace(/^\*/gm, `# Generated by bauta iptables-save on ${now.toUTCString()}\n*`)
      .replace(/^COMMIT$/gm, `COMMIT\n# Completed on ${now.toUTCString()}`),
  )
}

function saveOptions(words: readonly string[]) {
  let withCounters = false
  let table: string | null = null
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    if (word === '-c' || word === '--counters') withCounters = true
    else if (word === '-t' || word === '--table') table = words[++i] ?? ''
    else return { withCounters, table, strange: word }
  }
  return { withCounters, table, strange: null }
}

const tableOf = ({ interfaces: { list } }: Snapshot): InterfaceTable => ({
  list: list.map((entry, index) => ({ index, ...entry })),
})

function addressesOf(rules: Rules): number[] {
  return rules.chains
    .flatMap((chain) => chain.rules)
    .flatMap((rule) => [rule.source, rule.destination])
    .map((match) => parseNetwork(match?.network ?? '0.0.0.0/0'))
    .flatMap((network) => (typeof network === 'string' || network.mask === 0 ? [] : [network.address]))
}

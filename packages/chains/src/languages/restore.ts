/** A file of iptables-save read back: `*table`, `:CHAIN POLICY [counters]`, rules, `COMMIT`. All of it or nothing. */
import { BUILT_INS, type Rules, TABLES, type Table } from '@bauta/config'
import { applyEdits, type Subject } from './edit.ts'
import { parseIptables } from './iptables.ts'
import { IPTABLES_OBSTACLES } from './iptables-words.ts'
import { type Lookup, NO_HOSTS } from './lookup.ts'
import { LanguageProblem } from './problem.ts'
import { ruleFault } from './rule-faults.ts'
import { readShell } from './shell-lines.ts'

export interface RestoreFault {
  line: number
  text: string
  message: string
}
export type Restored =
  | { kind: 'restored'; subject: Subject; notes: { line: number; note: string }[] }
  | { kind: 'refused'; fault: RestoreFault }

/** @param keep `--noflush`: what is there stays */
export function restoreIptables(
  text: string,
  subject: Subject,
  newId: () => number,
  { keep = false, lookup = NO_HOSTS }: { keep?: boolean; lookup?: Lookup } = {},
): Restored {
  let at = 0
  let line = ''
  try {
    let now = subject
    let table: Table | null = null
    const notes: { line: number; note: string }[] = []
    for (const raw of text.split(/\r\n|\n|\r/)) {
      at++
      line = raw.trim()
      if (line === '' || line.startsWith('#')) continue
      if (line.startsWith('*')) {
        if (table) throw new LanguageProblem(2, `the table ${table} has no COMMIT`)
        table = TABLES.find((name) => name === line.slice(1)) ?? null
        if (!table)
          throw new LanguageProblem(
            2,
            `there is no table ${line.slice(1)} here; there are ${TABLES.join(', ')}`,
          )
        if (!keep) now = { ...now, rules: emptied(now.rules, table) }
      } else if (!table)
        throw new LanguageProblem(2, 'a table (*filter, *nat, *mangle) must begin before this line')
      else if (line === 'COMMIT') table = null
      else if (line.startsWith(':')) now = declared(now, table, line, newId)
      else {
        const command = parseIptables(['-t', table, ...wordsOf(line)], now.rules, lookup)
        if (command.kind === 'problem') throw new LanguageProblem(2, firstLine(command.text))
        if (command.kind !== 'change')
          throw new LanguageProblem(2, 'only rules, policies and chains belong in this file')
        notes.push(...command.notes.map((note) => ({ line: at, note })))
        now = applyEdits(now, command.edits, IPTABLES_OBSTACLES, newId).subject
      }
    }
    if (table) throw new LanguageProblem(2, `the table ${table} has no COMMIT`)
    const fault = ruleFault(subject.rules, now.rules)
    if (fault !== null) throw new LanguageProblem(1, fault)
    return { kind: 'restored', subject: now, notes }
  } catch (error) {
    if (!(error instanceof LanguageProblem)) throw error
    return { kind: 'refused', fault: { line: at, text: line, message: error.message } }
  }
}

const firstLine = (text: string) => text.split('\n')[0]!.replace(/^iptables( v[\d.]+ \(legacy\))?: /, '')

/** Counters in brackets before a rule are left: they begin at zero. */
function wordsOf(line: string): string[] {
  const [command] = readShell(line.replace(/^\[\d+:\d+\]\s*/, '').replaceAll('$', '\\$'))
  if (!command || command.unfollowed !== null)
    throw new LanguageProblem(2, command?.unfollowed ?? 'there is nothing on this line')
  return [...command.words]
}

function emptied(rules: Rules, table: Table): Rules {
  return {
    ...rules,
    chains: rules.chains
      .filter((chain) => chain.table !== table || chain.policy !== null)
      .map((chain) => (chain.table === table ? { ...chain, rules: [] } : chain)),
  }
}

function declared(subject: Subject, table: Table, line: string, newId: () => number): Subject {
  const found = /^:(\S+)\s+(ACCEPT|DROP|-)(?:\s+\[\d+:\d+\])?$/.exec(line)
  if (!found) throw new LanguageProblem(2, 'a chain is declared as :NAME ACCEPT, :NAME DROP or :NAME -')
  const [, name = '', policy] = found
  const builtIn = BUILT_INS.netfilter.some((chain) => chain.table === table && chain.name === name)
  if (policy === '-') {
    if (builtIn) throw new LanguageProblem(2, `${name} is a built-in chain and needs a policy`)
    const exists = subject.rules.chains.some((chain) => chain.table === table && chain.name === name)
    // With --noflush, what is declared anew begins empty all the same.
    if (exists)
      return applyEdits(subject, [{ do: 'flush', table, chain: name }], IPTABLES_OBSTACLES, newId).subject
    const command = parseIptables(['-t', table, '-N', name])
    if (command.kind !== 'change')
      throw new LanguageProblem(2, firstLine(command.kind === 'problem' ? command.text : ''))
    return applyEdits(subject, command.edits, IPTABLES_OBSTACLES, newId).subject
  }
  // Linux since 2.6.36 has an INPUT in nat; here nothing passes it, so its policy says nothing.
  if (!builtIn && name === 'INPUT' && table === 'nat' && policy === 'ACCEPT') return subject
  const edit = { do: 'policy', at: { table, name }, policy: policy === 'DROP' ? 'DENY' : 'ACCEPT' } as const
  return applyEdits(subject, [edit], IPTABLES_OBSTACLES, newId).subject
}

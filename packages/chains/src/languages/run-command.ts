/** One command on the settings: which program it is, whether it speaks the dialect in force, what it makes of them. */
import type { Command, Program } from './commands.ts'
import { applyEdits, type Subject, type Zeroed } from './edit.ts'
import { parseIpchains } from './ipchains.ts'
import { parseIpfwadm } from './ipfwadm.ts'
import { parseIptables } from './iptables.ts'
import { type Lookup, NO_HOSTS } from './lookup.ts'
import { type ExitCode, LanguageProblem } from './problem.ts'
import { ruleFault } from './rule-faults.ts'
import { wrongDialect } from './wrong-dialect.ts'

export type Outcome =
  | { kind: 'changed'; subject: Subject; zeroed: Zeroed; echo: string; notes: string[] }
  | { kind: 'asked'; command: Exclude<Command, { kind: 'change' | 'problem' }> }
  | { kind: 'refused'; exit: ExitCode; text: string }

/** Names of the programs by which a script calls them. */
const PROGRAMS: readonly Program[] = [
  'ipchains',
  'ipfwadm',
  'iptables',
  'iptables-save',
  'iptables-restore',
  'ipmasqadm',
]

/** @returns the program that a word names, whatever its folder, or null; ipfwadm-wrapper is ipfwadm */
export function programOf(word: string): Program | null {
  const name = word
    .replace(/^.*\//, '')
    .replace(/-wrapper$/, '')
    .replace(/-(legacy|nft)(?=-|$)/, '')
  return PROGRAMS.find((program) => program === name) ?? null
}

/** Never throws. */
export function parseCommand(
  program: Program,
  words: readonly string[],
  subject: Subject,
  lookup: Lookup = NO_HOSTS,
): Command {
  const parsed = parsedBy(program, words, subject, lookup)
  const harmless = parsed.kind === 'print' || parsed.kind === 'problem' || parsed.kind === 'list-masquerade'
  const mixed = harmless || isTimeouts(parsed) ? null : wrongDialect(program, subject.rules.dialect)
  return mixed ? { kind: 'problem', exit: 1, text: `${program}: ${mixed}\n` } : parsed
}

/** Timeouts are of both dialects. */
const isTimeouts = (command: Command) =>
  command.kind === 'change' && command.edits.every((edit) => edit.do === 'timeouts')

function parsedBy(program: Program, words: readonly string[], subject: Subject, lookup: Lookup): Command {
  switch (program) {
    case 'ipchains':
      return parseIpchains(words, subject.rules, lookup)
    case 'ipfwadm':
      return parseIpfwadm(words, subject.rules, lookup)
    case 'iptables':
      return parseIptables(words, subject.rules, lookup)
    default:
      return { kind: 'problem', exit: 2, text: `${program}: not a command for this place\n` }
  }
}

/** @param newId of every rule that is added @returns never half of it; never throws */
export function runCommand(
  program: Program,
  words: readonly string[],
  subject: Subject,
  newId: () => number,
  lookup: Lookup = NO_HOSTS,
): Outcome {
  const command = parseCommand(program, words, subject, lookup)
  if (command.kind === 'problem') return { kind: 'refused', exit: command.exit, text: command.text }
  if (command.kind !== 'change' && command.kind !== 'exists') return { kind: 'asked', command }
  try {
    if (command.kind === 'exists') {
      // What can be deleted is there.
      applyEdits(subject, [command.edit], command.obstacles, newId)
      return { kind: 'asked', command }
    }
    const { subject: after, zeroed } = applyEdits(subject, command.edits, command.obstacles, newId)
    const fault = ruleFault(subject.rules, after.rules)
    if (fault !== null) return { kind: 'refused', exit: 1, text: `${program}: ${fault}\n` }
    return { kind: 'changed', subject: after, zeroed, echo: command.echo, notes: command.notes }
  } catch (error) {
    if (!(error instanceof LanguageProblem)) throw error
    return { kind: 'refused', exit: error.exit, text: `${program}: ${error.message}\n` }
  }
}

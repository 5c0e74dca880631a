/** `bauta import`, `bauta export` and `iptables-restore`: whole files of rules. */
import { type ExportLanguage, exportScript, languagesOf } from '@bauta/chains'
import {
  askCommands,
  commandReplySchema,
  type DataplaneClient,
  type ScriptChecked,
  scriptCheckedSchema,
} from '@bauta/control'
import { z } from 'zod'
import { CommandFailed } from './command-failed.ts'
import { printable } from './format.ts'
import type { Printed } from './programs.ts'

export interface ImportRequest {
  text: string
  variables: Record<string, string>
  interfaces: Record<string, string>
}

const MARK: Readonly<Record<ScriptChecked['script']['lines'][number]['fate'], string>> = {
  done: '+',
  nothing: '=',
  problem: '!',
  elsewhere: ' ',
}

/** Shows what would change; with `yes` it then happens, if nobody changed anything in between. */
export async function runImport(socket: string, request: ImportRequest, yes: boolean): Promise<Printed> {
  const checked = await askCommands(socket, '/v1/script/check', scriptCheckedSchema, request)
  const out = describe(checked)
  if (checked.refusal !== null) return { exit: 1, out, err: `bauta import: ${checked.refusal}\n` }
  if (!yes) return { exit: 0, out: `${out}\nNothing was changed. Say --yes to take these rules.\n`, err: '' }
  const saved = await askCommands(socket, '/v1/script', z.object({ revision: z.int() }), {
    ...request,
    base: checked.base,
  })
  return { exit: 0, out: `${out}\nTaken: revision ${saved.revision}.\n`, err: '' }
}

function describe({ script, summary, checked }: ScriptChecked): string {
  const lines = script.lines.flatMap(({ line, text, fate, says, notes }) => [
    `${MARK[fate]} ${String(line).padStart(4)}  ${text}`,
    ...says.map((say) => `        → ${say}`),
    ...notes.map((note) => `        note: ${note}`),
  ])
  const problems = script.lines.filter(({ fate }) => fate === 'problem').length
  const cut = checked && checked.cut > 0 ? [`${checked.cut} live connections would be cut.`] : []
  return `${printableLines([
    ...lines,
    '',
    ...(problems > 0
      ? [
          `${problems === 1 ? 'One line' : `${problems} lines`} (!) can not be carried out and would be left out.`,
        ]
      : []),
    ...script.missing.map((name) => `$${name} has no value: --set ${name}=VALUE`),
    ...script.warnings,
    ...cut,
    summary.length > 0 ? 'What would change:' : 'Nothing would change.',
    ...summary.map((change) => `  ${change}`),
  ])}\n`
}

const printableLines = (lines: string[]) => lines.map(printable).join('\n')

export async function runRestore(socket: string, text: string, keep: boolean): Promise<Printed> {
  const { exit, out, err } = await askCommands(socket, '/v1/restore', commandReplySchema, { text, keep })
  return { exit, out, err }
}

/** What the language cannot say is told on the error output, and stands as a comment in the script. */
export async function runExport(language: ExportLanguage, client: DataplaneClient): Promise<Printed> {
  const { rules, helpers } = (await client.settings()).snapshot
  const languages = languagesOf(rules)
  if (!languages.includes(language))
    throw new CommandFailed(
      `these rules are in the ${rules.dialect} dialect; export ${languages.join(' or ')} says them`,
    )
  const { text, unsaid } = exportScript(language, rules, helpers)
  const err = unsaid.map(({ what, reasons }) => `${language} cannot say ${what}: ${reasons.join('; ')}\n`)
  return { exit: 0, out: text, err: err.join('') }
}

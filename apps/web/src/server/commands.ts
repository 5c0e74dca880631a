/**
 * Commands of ipchains, ipfwadm and iptables, and whole scripts of them, as changes of the settings: from the shell of the box by the
 * command socket, from a page by the API. All of it goes through change-settings.ts: one revision, and the same undo.
 */
import {
  isModuleProgram,
  type Lookup,
  moduleLine,
  type Program,
  type ReadScript,
  readScript,
  restoreIptables,
  runCommand,
  runIpmasqadm,
  type SwitchNote,
  switchDialect,
  type Zeroed,
} from '@bauta/chains'
import { chainLabel, type Dialect, type Rules, type Snapshot } from '@bauta/config'
import type { DataplaneClient } from '@bauta/control'
import type { Settings } from '@bauta/db'
import type { ChangeSettings, Checked, Saved } from './change-settings.ts'
import { namesIn, resolveHosts } from './host-names.ts'

/** What a program would have printed, and its exit code. */
export interface CommandReply {
  exit: number
  out: string
  err: string
  /** The revision that it made, or null where nothing changed. */
  revision: number | null
}

export interface ScriptRequest {
  text: string
  variables: Record<string, string>
  interfaces: Record<string, string>
}

export interface ScriptChecked {
  /** Revision that it was read against. */
  base: number
  script: Omit<ReadScript, 'settings'>
  /** What the settings would become, in words. */
  summary: string[]
  /** What the dataplane would do, and how many connections it would cut; null where it cannot be asked, and why. */
  checked: Pick<Checked, 'actions' | 'cut'> | null
  refusal: string | null
}

export interface DialectChecked extends Pick<ScriptChecked, 'base' | 'summary' | 'checked' | 'refusal'> {
  /** The one that it would be. */
  dialect: Dialect
  rules: Rules
  /** What changes its meaning, or cannot be carried over. */
  notes: SwitchNote[]
}

/** Somebody else's change came between: how often to look again. */
const TRIES = 4
const TITLE_LENGTH = 120

export class Commands {
  readonly #settings: ChangeSettings
  readonly #dataplane: Pick<DataplaneClient, 'zeroCounters'>

  constructor(settings: ChangeSettings, dataplane: Pick<DataplaneClient, 'zeroCounters'>) {
    this.#settings = settings
    this.#dataplane = dataplane
  }

  /** One command; what only shows something is for the caller, who has the counters. */
  run(author: string, program: Program, words: readonly string[]): Promise<CommandReply> {
    return this.#change(author, `${program} ${words.join(' ')}`, async (current) => {
      if (program === 'ipmasqadm') return forwarding(words, current.snapshot)
      if (isModuleProgram(program)) return loading(program, words, current.snapshot)
      const subject = { rules: current.snapshot.rules, timeouts: current.snapshot.timeouts }
      const lookup = await this.#lookup(words)
      const ran = runCommand(program, words, subject, freshIds(subject.rules), lookup)
      if (ran.kind === 'refused') return { exit: ran.exit, out: '', err: ran.text }
      if (ran.kind === 'asked')
        return { exit: 2, out: '', err: `${program}: this shows something and changes nothing\n` }
      const { rules, timeouts } = ran.subject
      return {
        snapshot: { ...current.snapshot, rules, timeouts },
        out: ran.echo,
        err: ran.notes.map((note) => `${program}: ${note}\n`).join(''),
        zeroed: ran.zeroed,
      }
    })
  }

  /** A file of iptables-save, whole or not at all. */
  restore(author: string, text: string, keep: boolean): Promise<CommandReply> {
    return this.#change(author, 'iptables-restore', async (current) => {
      const { rules, timeouts } = current.snapshot
      if (rules.dialect !== 'netfilter')
        return {
          exit: 1,
          out: '',
          err: 'iptables-restore: this box’s rules are in the classic dialect, and the two do not live together; bauta import switches and shows what changes\n',
        }
      const lookup = await this.#lookup(text.split(/\s+/))
      const restored = restoreIptables(text, { rules, timeouts }, freshIds(rules), { keep, lookup })
      if (restored.kind === 'refused') {
        const { line, message } = restored.fault
        return { exit: 2, out: '', err: `iptables-restore: line ${line} failed: ${message}\n` }
      }
      return {
        snapshot: { ...current.snapshot, rules: restored.subject.rules },
        out: '',
        err: restored.notes.map(({ line, note }) => `iptables-restore: line ${line}: ${note}\n`).join(''),
      }
    })
  }

  /** What a script would do; changes nothing. */
  async check(request: ScriptRequest): Promise<ScriptChecked> {
    const current = await this.#settings.stored()
    const { script, snapshot } = await this.#read(request, current)
    const outcome = await this.#settings.checkWhole(snapshot, current.revision)
    const done = outcome.kind === 'checked'
    return {
      base: current.revision,
      script: withoutSettings(script),
      summary: done ? outcome.summary : [],
      checked: done ? { actions: outcome.actions, cut: outcome.cut } : null,
      refusal: done ? null : [outcome.message, ...faultsOf(outcome)].join(' '),
    }
  }

  /** @param base revision that was seen; with another one nothing happens and the answer says so */
  async take(author: string, request: ScriptRequest, base: number, confirm?: number) {
    const current = await this.#settings.stored()
    const { script, snapshot } = await this.#read(request, current)
    const count = script.lines.filter(({ fate }) => fate === 'done').length
    const title = `Script imported: ${count === 1 ? 'one line' : `${count} lines`} carried out`
    return this.#settings.bring(author, snapshot, base, title, confirm)
  }

  /** The rules translated into the other dialect, and what that changes; changes nothing. */
  async checkDialect(): Promise<DialectChecked> {
    const current = await this.#settings.stored()
    const { rules, notes } = translated(current)
    const outcome = await this.#settings.checkWhole({ ...current.snapshot, rules }, current.revision)
    const done = outcome.kind === 'checked'
    return {
      base: current.revision,
      dialect: rules.dialect,
      rules,
      notes,
      summary: done ? outcome.summary : [],
      checked: done ? { actions: outcome.actions, cut: outcome.cut } : null,
      refusal: done ? null : [outcome.message, ...faultsOf(outcome)].join(' '),
    }
  }

  /** The same, done: one revision. @param base as of `take` */
  async switchDialect(author: string, base: number, confirm?: number) {
    const current = await this.#settings.stored()
    const { rules } = translated(current)
    const title = `Rules translated to the ${rules.dialect} dialect`
    return this.#settings.bring(author, { ...current.snapshot, rules }, base, title, confirm)
  }

  async #read(
    { text, variables, interfaces }: ScriptRequest,
    current: Settings,
  ): Promise<{ script: ReadScript; snapshot: Snapshot }> {
    const { rules, timeouts, ports, forwards, helpers } = current.snapshot
    const lookup = await this.#lookup(text.split(/[\s='"]+/))
    const script = readScript(
      text,
      { rules, timeouts, ports, forwards, helpers },
      { variables, interfaces, lookup },
    )
    return { script, snapshot: { ...current.snapshot, ...script.settings } }
  }

  async #lookup(words: readonly string[]): Promise<Lookup> {
    return resolveHosts(namesIn(words))
  }

  async #change(
    author: string,
    title: string,
    decide: (current: Settings) => Promise<Wanted | Omit<CommandReply, 'revision'>>,
  ): Promise<CommandReply> {
    for (let left = TRIES; ; left--) {
      const current = await this.#settings.stored()
      const wanted = await decide(current)
      if ('exit' in wanted) return { ...wanted, revision: null }
      const outcome = await this.#settings.bring(author, wanted.snapshot, current.revision, shorten(title))
      if (outcome.kind === 'saved') return this.#saved(outcome, current, wanted)
      if (outcome.kind === 'conflict' && left > 1) continue
      const text = [outcome.message, ...faultsOf(outcome)].join('\n  ')
      return { exit: 1, out: '', err: `${title.split(' ')[0]}: ${text}\n`, revision: null }
    }
  }

  async #saved(outcome: Saved, current: Settings, wanted: Wanted): Promise<CommandReply> {
    const { out, err, zeroed } = wanted
    if (zeroed && zeroed.rules.length + zeroed.policies.length > 0)
      await this.#dataplane.zeroCounters({ rules: zeroed.rules, policies: zeroed.policies.map(chainLabel) })
    return { exit: 0, out, err, revision: outcome.revision === current.revision ? null : outcome.revision }
  }
}

const translated = ({ snapshot: { rules } }: Settings) => switchDialect(rules, freshIds(rules))

function forwarding(words: readonly string[], snapshot: Snapshot): Wanted | Omit<CommandReply, 'revision'> {
  const { list, triggers, marks } = snapshot.forwards
  let next = [...list, ...triggers, ...marks].reduce((highest, { id }) => Math.max(highest, id), 0)
  const ran = runIpmasqadm(words, snapshot.forwards, () => ++next)
  if (ran.kind === 'refused') return { exit: ran.exit, out: '', err: ran.text }
  if (ran.kind === 'expect' || ran.kind === 'forget')
    return { exit: 2, out: '', err: 'user: this is no setting; say it on the box, by bauta ipmasqadm\n' }
  if (ran.kind !== 'changed')
    return { exit: 2, out: '', err: 'ipmasqadm: this shows something and changes nothing\n' }
  const err = ran.notes.map((note) => `ipmasqadm: ${note}\n`).join('')
  return { snapshot: { ...snapshot, forwards: ran.forwards }, out: '', err }
}

/** `modprobe ip_masq_ftp ports=21,2121`: a helper is switched on. */
function loading(
  program: Program,
  words: readonly string[],
  snapshot: Snapshot,
): Wanted | Omit<CommandReply, 'revision'> {
  const module = moduleLine([program, ...words], snapshot.helpers)
  if (module?.kind === 'problem') return { exit: 1, out: '', err: `${program}: ${module.says}\n` }
  if (module?.kind !== 'helpers')
    return { exit: 0, out: '', err: `${program}: ${module?.says ?? 'nothing to do'}\n` }
  const err = module.notes.map((note) => `${program}: ${note}\n`).join('')
  return { snapshot: { ...snapshot, helpers: module.helpers }, out: '', err }
}

interface Wanted {
  snapshot: Snapshot
  out: string
  err: string
  zeroed?: Zeroed
}

const shorten = (title: string) =>
  title.length > TITLE_LENGTH ? `${title.slice(0, TITLE_LENGTH - 1)}…` : title

/** Above all in use; bring() gives the final ones. */
function freshIds({ chains }: Rules): () => number {
  let next = chains.flatMap(({ rules }) => rules).reduce((highest, { id }) => Math.max(highest, id), 0)
  return () => ++next
}

function withoutSettings({ settings: _, ...script }: ReadScript): Omit<ReadScript, 'settings'> {
  return script
}

function faultsOf(outcome: object): string[] {
  if (!('faults' in outcome) || !Array.isArray(outcome.faults)) return []
  return outcome.faults.map(({ path, message }: { path: (string | number)[]; message: string }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  )
}

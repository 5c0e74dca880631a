/**
 * `./bauta bench`: Bauta, the kernel's nftables masquerading and the kernel's forwarding in the same topology, in turn.
 * `./bauta bench --document` only writes docs/performance.md anew from the figures in docs/bench.
 */
import { parseArgs } from 'node:util'
import { offloadSchema } from '@bauta/config'
import type { Lab } from '../lab/lab.ts'
import type { Software } from '../lab/record.ts'
import { conditions, labFor } from './bench-lab.ts'
import { conduct, failed } from './conduct.ts'
import { writeDocument } from './document.ts'
import { FULL, QUICK } from './effort.ts'
import { type Result, save } from './result.ts'
import type { Scenario } from './scenario.ts'
import { chosen, SCENARIOS } from './scenarios/index.ts'
import { summarize, textTable } from './summary.ts'

const USAGE = `usage: ./bauta bench [--quick] [--runs N] [--scenario NAME[,NAME]] [--offload auto|on|off] [--json FILE] [--note TEXT]
       ./bauta bench --document

  --quick      shorter tries, forwarding without NAT in fewer scenarios, and one run unless --runs says otherwise (5 without --quick)
  --json       writes everything that was measured, after every step
  --note       what has to be known about the machine meanwhile; kept with the figures
  --document   writes docs/performance.md and its plots from docs/bench/*.json

scenarios: ${SCENARIOS.map(({ name }) => name).join(', ')}`

class Misuse extends Error {}

function wordsOf(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      runs: { type: 'string' },
      offload: { type: 'string', default: 'auto' },
      scenario: { type: 'string' },
      note: { type: 'string' },
      document: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const runs = Number(values.runs ?? (values.quick ? 1 : 5))
  if (!(runs >= 1) || !Number.isInteger(runs))
    throw new Misuse(`--runs: “${values.runs}” is not a number of runs`)
  const offload = offloadSchema.safeParse({ mode: values.offload })
  if (!offload.success)
    throw new Misuse(`--offload: “${values.offload}”: ${offload.error.issues[0]!.message}`)
  return { ...values, runs, mode: offload.data.mode, scenarios: chosen(values.scenario) }
}

type Words = ReturnType<typeof wordsOf>

/** @returns the words that the figures depend on */
function commandOf({ quick, runs, mode, scenario }: Words): string {
  const words = [`--runs ${runs}`, `--offload ${mode}`]
  if (quick) words.unshift('--quick')
  if (scenario !== undefined) words.push(`--scenario ${scenario}`)
  return words.join(' ')
}

async function bench(words: Words): Promise<number> {
  const ending = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => ending.abort())
  const result: Result = {
    format: 2,
    at: new Date().toISOString(),
    command: commandOf(words),
    note: words.note ?? null,
    conditions: {},
    figures: {},
    failures: [],
  }
  const plan = {
    scenarios: words.scenarios,
    softwaresOf: ({ softwares, quickly }: Scenario) => (words.quick ? (quickly ?? softwares) : softwares),
    runs: words.runs,
    effort: words.quick ? QUICK : FULL,
    up: (software: Software) => labFor(software, words.mode),
    begun: (lab: Lab) => {
      if (Object.keys(result.conditions).length === 0) result.conditions = conditions(lab, words.mode)
    },
    signal: ending.signal,
    say: (line: string) => console.error(line),
    keep: () => words.json !== undefined && save(words.json, result),
  }
  await conduct(plan, result)
  tell(result, words)
  if (ending.signal.aborted) return 130
  return result.failures.length > 0 ? 1 : 0
}

function tell(result: Result, { scenarios, json }: Words): void {
  for (const section of summarize(scenarios, result)) console.log(`\n${textTable(section)}`)
  console.log()
  for (const [name, value] of Object.entries(result.conditions)) console.log(`${name}: ${value}`)
  if (result.note !== null) console.log(`note: ${result.note}`)
  for (const failure of result.failures) console.log(failed(failure))
  if (json !== undefined) console.log(`\nwritten to ${json}`)
}

async function main(args: string[]): Promise<number> {
  const words = wordsOf(args)
  if (words.help) console.log(USAGE)
  else if (words.document) for (const file of writeDocument()) console.log(`written: ${file}`)
  else return bench(words)
  return 0
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof Error)) throw error
  console.error(error instanceof Misuse ? `${error.message}\n${USAGE}` : error.message)
  process.exitCode = 2
}

/**
 * Every scenario with every software in turn, as often as was asked for.
 *
 * The softwares of a scenario follow each other at once, so that whatever else the machine does falls on all of them; which one is
 * first changes from scenario to scenario and from run to run. What fails is noted by name, and the rest goes on.
 */
import type { Lab } from '../lab/lab.ts'
import type { Software } from '../lab/record.ts'
import type { Effort } from './effort.ts'
import { inTurn } from './in-turn.ts'
import type { Failure, Result } from './result.ts'
import type { Bench, Figures, Scenario } from './scenario.ts'

export interface Plan {
  scenarios: readonly Scenario[]
  softwaresOf: (scenario: Scenario) => readonly Software[]
  runs: number
  effort: Effort
  /** A fresh lab. */
  up: (software: Software) => Promise<Lab>
  /** Before anything is measured in it. */
  begun: (lab: Lab) => void
  signal: AbortSignal
  say: (line: string) => void
  /** After every step: what there is so far can be written down. */
  keep: () => void
}

export type Findings = Pick<Result, 'figures' | 'failures'>

/** @param findings takes what is found */
export async function conduct(plan: Plan, findings: Findings): Promise<void> {
  for (let run = 0; run < plan.runs; run++)
    for (const [i, scenario] of plan.scenarios.entries())
      for (const software of inTurn(plan.softwaresOf(scenario), run + i)) {
        if (plan.signal.aborted) return
        plan.say(`· run ${run + 1} of ${plan.runs}, ${scenario.name}: ${software}`)
        await step(plan, findings, { run: run + 1, scenario, software })
        plan.keep()
      }
}

interface Step {
  run: number
  scenario: Scenario
  software: Software
}

async function step(plan: Plan, findings: Findings, { run, scenario, software }: Step): Promise<void> {
  const found: Figures = {}
  try {
    await inFreshLab(plan, software, (bench) => collect(scenario.measure(bench), found))
  } catch (error) {
    // an interrupted program fails, too, and is no failure of the scenario
    if (plan.signal.aborted) return
    const message = error instanceof Error ? error.message : String(error)
    const failure: Failure = { run, scenario: scenario.name, software, message }
    findings.failures.push(failure)
    plan.say(failed(failure))
  }
  if (Object.keys(found).length === 0) return
  const { figures } = findings
  const runs = figures[scenario.name]?.[software] ?? []
  figures[scenario.name] = { ...figures[scenario.name], [software]: [...runs, found] }
}

export const failed = ({ run, scenario, software, message }: Failure): string =>
  `✗ run ${run}, ${scenario} with ${software} failed: ${message}`

async function collect(figures: AsyncIterable<Figures>, found: Figures): Promise<void> {
  for await (const some of figures) {
    const wrong = Object.entries(some).find(([, value]) => !Number.isFinite(value))
    if (wrong) throw new Error(`${wrong[0]} came out as ${wrong[1]}`)
    Object.assign(found, some)
  }
}

async function inFreshLab(
  { up, begun, effort }: Plan,
  software: Software,
  use: (bench: Bench) => Promise<void>,
): Promise<void> {
  const lab = await up(software)
  try {
    begun(lab)
    await use({ lab, software, effort })
  } finally {
    await lab.down()
  }
}

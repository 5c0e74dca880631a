/**
 * `./bauta test --mutation`: are the tests of packages/masq and packages/chains worth something? A sample of mutants, drawn
 * with a seed, each run through its package's tests: killed when a test fails or never ends, survived otherwise.
 *
 *   BAUTA_MUTANTS=150        how many of each package
 *   BAUTA_MUTATION_SEED=1    others
 *   BAUTA_MUTATION_ONLY=…    only source files whose name has this in it
 *   BAUTA_MUTATION_JOBS=1    at a time
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import path from 'node:path'
import { parseAst } from 'vitest/node'
import { type Mutant, mutantsOf, mutated, sample } from './mutants.ts'
import { besideFirst, type End, PACKAGES, ROOT, run, sourcesOf, timed } from './suite.ts'

const GOAL = 0.8
const { env } = process
const count = Number(env.BAUTA_MUTANTS ?? 150)
const seed = Number(env.BAUTA_MUTATION_SEED ?? 1)
const jobs = Number(env.BAUTA_MUTATION_JOBS ?? 1)
const only = env.BAUTA_MUTATION_ONLY ?? ''

interface Outcome {
  mutant: Mutant
  end: End
}

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')

/** Not every change of a text is a program: those that are none would fail every test, and prove nothing. */
function isProgram(mutant: Mutant): boolean {
  try {
    parseAst(mutated(read(mutant.file), mutant), { lang: 'ts' })
    return true
  } catch {
    return false
  }
}

async function judge(name: string): Promise<Outcome[]> {
  const all = sourcesOf(name)
    .filter((file) => file.includes(only))
    .flatMap((file) => mutantsOf(file, read(file)).filter(isProgram))
  const chosen = sample(all, count, seed)
  if (chosen.length === 0) return []
  const { tests, seconds } = await timed(name)
  // three times what they take undisturbed: something else may run on this machine
  const timeout = 20_000 + 3000 * seconds
  console.log(`packages/${name}: ${chosen.length} of ${all.length} mutants, ${seconds.toFixed(0)} s of tests`)
  const outcomes: Outcome[] = []
  const waiting = chosen.values()
  await Promise.all(
    Array.from({ length: jobs }, async () => {
      for (const mutant of waiting) {
        const end = await run(besideFirst(tests, mutant.file), { mutant, timeout })
        outcomes.push({ mutant, end })
        if (end === 'passed') console.log(`  survived: ${words(mutant)}`)
      }
    }),
  )
  return outcomes
}

const short = (text: string) => text.replaceAll(/\s+/g, ' ').slice(0, 60)
const words = ({ file, line, before, after }: Mutant) =>
  `${file}:${line}  ${short(before)}  →  ${short(after)}`

setPriority(19)
const results = []
for (const name of PACKAGES) {
  const outcomes = await judge(name)
  if (outcomes.length === 0) continue
  const killed = outcomes.filter(({ end }) => end !== 'passed').length
  const timeouts = outcomes.filter(({ end }) => end === 'timeout').length
  const score = killed / outcomes.length
  results.push({ name, score })
  console.log(
    `packages/${name}: ${killed} of ${outcomes.length} mutants killed (${timeouts} never ended): ${(100 * score).toFixed(1)} %`,
  )
  if (env.BAUTA_MUTATION_REPORT)
    writeFileSync(`${env.BAUTA_MUTATION_REPORT}-${name}.json`, JSON.stringify(outcomes, null, 1))
}
process.exitCode = results.every(({ score }) => score >= GOAL) ? 0 : 1

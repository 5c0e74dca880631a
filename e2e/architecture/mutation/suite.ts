/** What is mutated, by what it is tested, and one run of the tests in a process that can be ended. */
import { spawn } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Mutant } from './mutants.ts'

export const ROOT = path.resolve(import.meta.dirname, '../../..')
export const PACKAGES = ['masq', 'chains']

/** Help for tests, and files that only pass on. */
const NO_SOURCE = /\.test\.ts$|\/(fixtures|testing|heap-figures|index)(\.ts$|\/)/
/** These measure the heap, for seconds: what a mutant does to it is nobody's question. */
const LEFT_OUT = /\/(allocation|capacity)\.test\.ts$/

const files = (pattern: string) => globSync(pattern, { cwd: ROOT }).sort()
export const sourcesOf = (name: string) =>
  files(`packages/${name}/src/**/*.ts`).filter((file) => !NO_SOURCE.test(file))
export const testsOf = (name: string) =>
  files(`packages/${name}/src/**/*.test.ts`).filter((file) => !LEFT_OUT.test(file))

export type End = 'passed' | 'failed' | 'timeout'

/** Runs `tests` in their order over the source as it is, or with one mutant in it. */
export function run(
  tests: string[],
  options: { mutant?: Mutant; timeout: number; report?: string },
): Promise<End> {
  const reporter = options.report
    ? ['--reporter=json', `--outputFile=${options.report}`]
    : ['--reporter=dot', '--silent']
  const child = spawn(
    'vitest',
    ['run', '--config', path.join(import.meta.dirname, 'config.ts'), ...reporter],
    {
      cwd: ROOT,
      stdio: 'ignore',
      // a group of its own, so that a test that never ends can be ended
      detached: true,
      env: {
        ...process.env,
        BAUTA_MUTATION_TESTS: JSON.stringify(tests),
        BAUTA_MUTANT: JSON.stringify(options.mutant ?? null),
      },
    },
  )
  return new Promise((resolve, reject) => {
    let late = false
    const clock = setTimeout(() => {
      late = true
      process.kill(-child.pid!, 'SIGKILL')
    }, options.timeout)
    child.once('error', reject)
    child.once('exit', (status) => {
      clearTimeout(clock)
      resolve(late ? 'timeout' : status === 0 ? 'passed' : 'failed')
    })
  })
}

/** The tests of a package by how long they take, quickest first; throws when one fails without any mutant. */
export async function timed(name: string): Promise<{ tests: string[]; seconds: number }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bauta-mutation-'))
  const report = path.join(folder, 'report.json')
  const began = Date.now()
  const end = await run(testsOf(name), { timeout: 600_000, report })
  if (end !== 'passed') throw new Error(`the tests of packages/${name} ${end} without any mutant`)
  const { testResults }: { testResults: { name: string; startTime: number; endTime: number }[] } = JSON.parse(
    readFileSync(report, 'utf8'),
  )
  rmSync(folder, { recursive: true })
  const took = new Map(testResults.map((one) => [path.relative(ROOT, one.name), one.endTime - one.startTime]))
  const tests = testsOf(name).sort((a, b) => took.get(a)! - took.get(b)!)
  return { tests, seconds: (Date.now() - began) / 1000 }
}

/** The test beside the source first: it is the likeliest to fail. */
export function besideFirst(tests: string[], source: string): string[] {
  const beside = source.replace(/\.ts$/, '.test.ts')
  return [...tests].sort((a, b) => Number(b === beside) - Number(a === beside))
}

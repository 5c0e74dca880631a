/** What the tests of a run gave, read from the files that vitest and Playwright write with their JSON reporters. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Proof } from '../../rfc/rows.ts'
import type { Outcome } from '../../rfc/table.ts'

interface Test {
  /** Below the root of the project. */
  file: string
  title: string
  status: Outcome
}

interface VitestRun {
  testResults: { name: string; assertionResults: { title: string; status: string }[] }[]
}
interface Suite {
  specs: { title: string; file: string; ok: boolean; tests: { status: string }[] }[]
  suites?: Suite[]
}
interface PlaywrightRun {
  config: { rootDir: string }
  suites: Suite[]
}

const ofVitest = ({ testResults }: VitestRun, root: string): Test[] =>
  testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ title, status }) => ({
      file: path.relative(root, name),
      title,
      status: status === 'passed' || status === 'failed' ? status : 'not run',
    })),
  )

function ofPlaywright({ config, suites }: PlaywrightRun, root: string): Test[] {
  const specsOf = (suite: Suite): Suite['specs'] => [...suite.specs, ...(suite.suites ?? []).flatMap(specsOf)]
  return suites.flatMap(specsOf).map(({ title, file, ok, tests }) => ({
    file: path.relative(root, path.join(config.rootDir, file)),
    title,
    status: !ok ? 'failed' : tests.every(({ status }) => status === 'skipped') ? 'not run' : 'passed',
  }))
}

export class Outcomes {
  readonly #tests: Test[]

  constructor(runs: (VitestRun | PlaywrightRun)[], root: string) {
    this.#tests = runs.flatMap((run) =>
      'testResults' in run ? ofVitest(run, root) : ofPlaywright(run, root),
    )
  }

  static read(files: string[], root: string): Outcomes {
    return new Outcomes(
      files.map((file) => JSON.parse(readFileSync(file, 'utf8'))),
      root,
    )
  }

  /** Whether anything of the file was part of the run. */
  has(file: string): boolean {
    return this.#tests.some((test) => test.file === file)
  }

  /** A title with places for values stands for every test it became: one that failed fails it. */
  of({ file, title }: Proof): Outcome {
    const literal = title.split(/%[sdij]|\$\w+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    const fits = new RegExp(`^${literal.join('.*')}$`)
    const found = this.#tests.filter((test) => test.file === file && fits.test(test.title))
    if (found.some(({ status }) => status === 'failed')) return 'failed'
    return found.some(({ status }) => status === 'passed') ? 'passed' : 'not run'
  }
}

/** What the tests of a run gave, read from the files that vitest and Playwright write with their JSON reporters. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Proof } from '../../rfc/rows.ts'
import type { Outcome } from '../../rfc/table.ts'

interface Test {
  /** Below the root of the project. */
  file: string
  /** Its own title, and those of the groups it stands in. */
  titles: string[]
  status: Outcome
}

interface VitestRun {
  testResults: {
    name: string
    assertionResults: { title: string; ancestorTitles: string[]; status: string }[]
  }[]
}
interface Suite {
  title: string
  specs: { title: string; file: string; ok: boolean; tests: { status: string }[] }[]
  suites?: Suite[]
}
interface PlaywrightRun {
  config: { rootDir: string }
  suites: Suite[]
}

const ofVitest = ({ testResults }: VitestRun, root: string): Test[] =>
  testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ title, ancestorTitles, status }) => ({
      file: path.relative(root, name),
      titles: [...ancestorTitles, title],
      status: status === 'passed' || status === 'failed' ? status : 'not run',
    })),
  )

function ofPlaywright({ config, suites }: PlaywrightRun, root: string): Test[] {
  const testsOf = (suite: Suite, groups: string[]): Test[] => {
    const within = [...groups, suite.title]
    const own = suite.specs.map(
      ({ title, file, ok, tests }): Test => ({
        file: path.relative(root, path.join(config.rootDir, file)),
        titles: [...within, title],
        status: !ok ? 'failed' : tests.every(({ status }) => status === 'skipped') ? 'not run' : 'passed',
      }),
    )
    return [...own, ...(suite.suites ?? []).flatMap((inner) => testsOf(inner, within))]
  }
  return suites.flatMap((suite) => testsOf(suite, []))
}

/** Where a title of the source has values in its place: `%s` and `$name` of each(), `${name}` of a template. */
const PLACES = /%[sdij]|\$\{[^}]*\}|\$\w+/

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

  /** A title with places for values stands for every test it became, that of a group for every test in it: one that failed fails it. */
  of({ file, title }: Proof): Outcome {
    const literal = title.split(PLACES).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    const fits = new RegExp(`^${literal.join('.*')}$`, 's')
    const found = this.#tests.filter(
      (test) => test.file === file && test.titles.some((one) => fits.test(one)),
    )
    if (found.some(({ status }) => status === 'failed')) return 'failed'
    return found.some(({ status }) => status === 'passed') ? 'passed' : 'not run'
  }
}

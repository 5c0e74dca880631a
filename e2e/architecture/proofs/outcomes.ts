/** What the tests of a run gave, read from the files that vitest and Playwright write with their JSON reporters. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Proof } from '../../rfc/rows.ts'
import type { Outcome } from '../../rfc/table.ts'

interface Test {
  /** Below the root of the project. */
  file: string
  /** Its own title, and those of the groups it stands in. */
  titles: string[]
  status: Outcome
  /** What the runner said of it when it failed. */
  said: string[]
}

interface VitestRun {
  testResults: {
    name: string
    status?: string
    /** What kept the whole file from running, where something did. */
    message?: string
    assertionResults: {
      title: string
      ancestorTitles: string[]
      status: string
      failureMessages?: string[]
    }[]
  }[]
}
interface Suite {
  title: string
  specs: {
    title: string
    file: string
    ok: boolean
    tests: { status: string; results?: { errors?: { message?: string }[] }[] }[]
  }[]
  suites?: Suite[]
}
interface PlaywrightRun {
  config: { rootDir: string }
  suites: Suite[]
}

function ofVitest({ testResults }: VitestRun, root: string): Test[] {
  return testResults.flatMap(({ name, status: whole, message, assertionResults }) => {
    const file = path.relative(root, name)
    const tests = assertionResults.map(
      ({ title, ancestorTitles, status, failureMessages }): Test => ({
        file,
        titles: [...ancestorTitles, title],
        status: status === 'passed' || status === 'failed' ? status : 'not run',
        said: failureMessages ?? [],
      }),
    )
    // a file that cannot be read, or what is done before or after its tests: no test of it says so
    if (whole === 'failed' && !tests.some(({ status }) => status === 'failed'))
      tests.push({ file, titles: ['the file itself'], status: 'failed', said: [message ?? ''] })
    return tests
  })
}

function ofPlaywright({ config, suites }: PlaywrightRun, root: string): Test[] {
  const testsOf = (suite: Suite, groups: string[]): Test[] => {
    const within = [...groups, suite.title]
    const own = suite.specs.map(
      ({ title, file, ok, tests }): Test => ({
        file: path.relative(root, path.join(config.rootDir, file)),
        titles: [...within, title],
        status: !ok ? 'failed' : tests.every(({ status }) => status === 'skipped') ? 'not run' : 'passed',
        said: tests.flatMap(({ results = [] }) =>
          results.flatMap(({ errors = [] }) => errors.map(({ message = '' }) => message)),
        ),
      }),
    )
    return [...own, ...(suite.suites ?? []).flatMap((inner) => testsOf(inner, within))]
  }
  return suites.flatMap((suite) => testsOf(suite, []))
}

/** Where a title of the source has values in its place: `%s` and `$name` of each(), `${name}` of a template. */
const PLACES = /%[sdij]|\$\{[^}]*\}|\$\w+/

/** Lines of a failure that are worth repeating: more stands where the test ran. */
const LINES = 8

const beginning = (text: string) =>
  stripVTControlCharacters(text)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, LINES)
    .map((line) => `    ${line}`)
    .join('\n')

const nameOf = ({ file, titles }: Test) => `${file} › ${titles.join(' › ')}`

export class Outcomes {
  readonly #tests: Test[]

  /** A file that is in several of the runs counts as the last of them has it. */
  constructor(runs: (VitestRun | PlaywrightRun)[], root: string) {
    const tests = runs.map((run) => ('testResults' in run ? ofVitest(run, root) : ofPlaywright(run, root)))
    const repeated = (file: string, run: number) =>
      tests.slice(run + 1).some((later) => later.some((test) => test.file === file))
    this.#tests = tests.flatMap((of, run) => of.filter(({ file }) => !repeated(file, run)))
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

  failedFiles(): string[] {
    return [...new Set(this.#failed().map(({ file }) => file))]
  }

  failedTitles(): string[] {
    return this.#failed().map(nameOf)
  }

  #failed(): Test[] {
    return this.#tests.filter(({ status }) => status === 'failed')
  }

  /** Every test that failed, with the beginning of what its runner said, for the last lines of a long run. */
  failures(): string[] {
    return this.#failed().map((test) => [nameOf(test), ...test.said.map(beginning)].join('\n'))
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

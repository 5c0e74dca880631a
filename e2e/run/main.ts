/**
 * `./bauta test`: every check there is, or the named parts. Each runner writes to the terminal itself; a failure does not
 * keep the later ones from running; the last lines say how each ended, and which tests needed a second look.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { Outcomes } from '../architecture/proofs/outcomes.ts'
import { ROOT } from '../lab/record.ts'

interface Step {
  what: string
  argv: string[]
  /** Whose tests they are: what they gave is kept for the last step. */
  tests?: 'vitest' | 'playwright'
  /** Its tests measure real time on a machine that may be busy: a few files that failed are looked at once more, each in a lab of its own. */
  inRealTime?: true
}

const PARTS: Record<
  'unit' | 'net' | 'guest' | 'web' | 'whole' | 'shaping' | 'boot' | 'image' | 'soak' | 'mutation',
  Step[]
> = {
  unit: [
    { what: 'format and lint', argv: ['biome', 'check', '.'] },
    { what: 'types', argv: ['turbo', 'run', 'typecheck', '--output-logs=errors-only'] },
    { what: 'unit tests', argv: ['vitest', 'run'], tests: 'vitest' },
  ],
  net: [
    {
      what: 'network tests',
      argv: ['vitest', 'run', '--config', 'e2e/vitest.config.ts'],
      tests: 'vitest',
      inRealTime: true,
    },
  ],
  guest: [
    {
      what: 'PPP, and the door on another kernel, in virtual machines',
      // Transfers through a shaped line are a part of their own: minutes each.
      argv: ['vitest', 'run', '--config', 'e2e/vitest.guest.config.ts', '--exclude', 'guest/shaping.test.ts'],
      tests: 'vitest',
      inRealTime: true,
    },
  ],
  web: [
    {
      what: 'pages',
      argv: ['playwright', 'test', '--config', 'e2e/playwright.config.ts', '--project=web-*'],
      tests: 'playwright',
      inRealTime: true,
    },
  ],
  whole: [
    {
      what: 'from form to wire',
      argv: ['playwright', 'test', '--config', 'e2e/playwright.config.ts', '--project=whole'],
      tests: 'playwright',
      inRealTime: true,
    },
  ],
  shaping: [
    {
      what: 'a line held by a real cake, in a virtual machine',
      argv: ['vitest', 'run', '--config', 'e2e/vitest.guest.config.ts', 'shaping'],
      tests: 'vitest',
      inRealTime: true,
    },
  ],
  boot: [
    {
      what: 'the flashable image starts',
      argv: ['vitest', 'run', '--config', 'e2e/image/vitest.config.ts', 'boot'],
      tests: 'vitest',
    },
  ],
  image: [
    {
      what: 'the flashable image, and what breaks at home',
      argv: ['vitest', 'run', '--config', 'e2e/image/vitest.config.ts'],
      tests: 'vitest',
    },
  ],
  soak: [{ what: 'millions of cases for every property', argv: ['node', 'e2e/soak/main.ts'] }],
  mutation: [
    { what: 'tests that notice a change of the code', argv: ['node', 'e2e/architecture/mutation/main.ts'] },
  ],
}
type Part = keyof typeof PARTS
const NAMES = Object.keys(PARTS) as Part[]

/** @returns the parts that were named; a word that is none ends the program with all that are */
function partsNamed(words: string[]): Part[] {
  const options = Object.fromEntries(NAMES.map((name) => [name, { type: 'boolean' as const }]))
  try {
    const { values } = parseArgs({ args: words, options })
    return NAMES.filter((name) => values[name])
  } catch (error) {
    const [what] = (error as Error).message.split('. ')
    console.error(`bauta test: ${what}. The parts are: ${NAMES.map((name) => `--${name}`).join(' ')}`)
    process.exit(2)
  }
}

const chosen = partsNamed(process.argv.slice(2))
/** Minutes of transfers in an emulated kernel, emulated boxes, an image built for them, and what goes on for as long as one likes; only when asked for. */
const SLOW: Part[] = ['shaping', 'boot', 'image', 'soak', 'mutation']
const parts = chosen.length > 0 ? chosen : NAMES.filter((name) => !SLOW.includes(name))

/** What the JSON reporters wrote, file by file. */
const RESULTS = path.join(ROOT, '.bauta/results')
rmSync(RESULTS, { recursive: true, force: true })
mkdirSync(RESULTS, { recursive: true })

/** The step's own reporter goes on as it is; beside it, what each test gave is written to a file. */
function withResults({ argv, tests }: Step, file: string): { argv: string[]; env: NodeJS.ProcessEnv } {
  if (tests === 'vitest') {
    const human = argv.includes('--config') ? 'verbose' : 'default'
    return { argv: [...argv, `--reporter=${human}`, '--reporter=json', `--outputFile.json=${file}`], env: {} }
  }
  if (tests === 'playwright')
    return { argv: [...argv, '--reporter=list,json'], env: { PLAYWRIGHT_JSON_OUTPUT_FILE: file } }
  return { argv, env: {} }
}

/** In the order they were written: what a later one says of a file holds. */
const written: string[] = []

function attempt(step: Step, name: string): boolean {
  const file = path.join(RESULTS, name)
  const { argv, env } = withResults(step, file)
  console.log(`\n── ${step.what}: ${argv.join(' ')}`)
  const done = spawnSync(argv[0]!, argv.slice(1), {
    cwd: ROOT,
    stdio: 'inherit',
    env: {
      ...process.env,
      ...env,
      TURBO_TELEMETRY_DISABLED: '1',
      NEXT_TELEMETRY_DISABLED: '1',
      DO_NOT_TRACK: '1',
    },
  })
  if (existsSync(file)) written.push(file)
  return done.status === 0
}

/** More than this many files that fail are no accident. */
const FEW = 3

/** @returns the tests that failed and then did not, or null where there was no second look or it failed too */
function lookAgain(step: Step, first: string): string[] | null {
  if (!step.inRealTime || !existsSync(path.join(RESULTS, first))) return null
  const before = Outcomes.read([path.join(RESULTS, first)], ROOT)
  const files = before.failedFiles()
  if (files.length === 0 || files.length > FEW) return null
  for (const failure of before.failures()) console.log(`\n✗ ${failure}`)
  const again = { ...step, what: `${step.what}, once more`, argv: [...step.argv, ...files] }
  return attempt(again, `again-${first}`) ? before.failedTitles() : null
}

interface Result {
  what: string
  ok: boolean
  seconds: number
  /** Tests that passed only the second time. */
  shaky: string[]
}
const results: Result[] = []
function run(step: Step): void {
  const began = Date.now()
  const name = `${results.length}.json`
  const first = attempt(step, name)
  const shaky = first ? [] : lookAgain(step, name)
  const seconds = Math.round((Date.now() - began) / 1000)
  results.push({ what: step.what, ok: first || shaky !== null, seconds, shaky: shaky ?? [] })
}

for (const step of parts.flatMap((part) => PARTS[part])) run(step)
if (written.length > 0)
  run({
    what: 'documents say what the tests gave',
    argv: ['node', 'e2e/architecture/proofs/main.ts', ...written],
  })

// the end of a long run is what one sees, and all that some places keep of it
for (const failure of Outcomes.read(written, ROOT).failures()) console.log(`\n✗ ${failure}`)

console.log('')
for (const { what, ok, seconds, shaky } of results) {
  console.log(`${ok ? '✓' : '✗'} ${what} (${seconds} s)`)
  for (const title of shaky) console.log(`    only the second time: ${title}`)
}
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1

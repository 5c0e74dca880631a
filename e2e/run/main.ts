/**
 * `./bauta test`: every check there is, or the named parts. Each runner writes to the terminal itself; a failure does not
 * keep the later ones from running; the last lines say how each ended.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { Outcomes } from '../architecture/proofs/outcomes.ts'
import { ROOT } from '../lab/record.ts'

interface Step {
  what: string
  argv: string[]
  /** Whose tests they are: what they gave is kept for the last step. */
  tests?: 'vitest' | 'playwright'
}

const PARTS: Record<
  'unit' | 'net' | 'guest' | 'web' | 'whole' | 'boot' | 'image' | 'soak' | 'mutation',
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
    },
  ],
  guest: [
    {
      what: 'PPP in a virtual machine',
      argv: ['vitest', 'run', '--config', 'e2e/vitest.guest.config.ts'],
      tests: 'vitest',
    },
  ],
  web: [
    {
      what: 'pages',
      argv: ['playwright', 'test', '--config', 'e2e/playwright.config.ts', '--project=web-*'],
      tests: 'playwright',
    },
  ],
  whole: [
    {
      what: 'from form to wire',
      argv: ['playwright', 'test', '--config', 'e2e/playwright.config.ts', '--project=whole'],
      tests: 'playwright',
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

const { values } = parseArgs({
  options: Object.fromEntries(NAMES.map((name) => [name, { type: 'boolean' as const }])),
})
const chosen = NAMES.filter((name) => values[name])
/** Emulated boxes, an image built for them, and what goes on for as long as one likes; only when asked for. */
const SLOW: Part[] = ['boot', 'image', 'soak', 'mutation']
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

const results: { what: string; ok: boolean; seconds: number }[] = []
function run(step: Step): void {
  const { argv, env } = withResults(step, path.join(RESULTS, `${results.length}.json`))
  console.log(`\n── ${step.what}: ${argv.join(' ')}`)
  const began = Date.now()
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
  results.push({ what: step.what, ok: done.status === 0, seconds: Math.round((Date.now() - began) / 1000) })
}

for (const step of parts.flatMap((part) => PARTS[part])) run(step)
const written = readdirSync(RESULTS).map((file) => path.join(RESULTS, file))
if (written.length > 0)
  run({
    what: 'documents say what the tests gave',
    argv: ['node', 'e2e/architecture/proofs/main.ts', ...written],
  })

// the end of a long run is what one sees, and all that some places keep of it
for (const failure of Outcomes.read(written, ROOT).failures()) console.log(`\n✗ ${failure}`)

console.log('')
for (const { what, ok, seconds } of results) console.log(`${ok ? '✓' : '✗'} ${what} (${seconds} s)`)
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1

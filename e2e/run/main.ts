/**
 * `./bauta test`: every check there is, or the named parts. Each runner writes to the terminal itself; a failure does not
 * keep the later ones from running; the last lines say how each ended.
 */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { ROOT } from '../lab/record.ts'

interface Step {
  what: string
  argv: string[]
}

const PARTS: Record<
  'unit' | 'net' | 'guest' | 'web' | 'whole' | 'boot' | 'image' | 'soak' | 'mutation',
  Step[]
> = {
  unit: [
    { what: 'format and lint', argv: ['biome', 'check', '.'] },
    { what: 'types', argv: ['turbo', 'run', 'typecheck', '--output-logs=errors-only'] },
    { what: 'unit tests', argv: ['vitest', 'run'] },
  ],
  net: [{ what: 'network tests', argv: ['vitest', 'run', '--config', 'e2e/vitest.config.ts'] }],
  guest: [
    {
      what: 'PPP in a virtual machine',
      argv: ['vitest', 'run', '--config', 'e2e/vitest.guest.config.ts'],
    },
  ],
  web: [
    {
      what: 'pages',
      argv: ['playwright', 'test', '--config', 'e2e/playwright.config.ts', '--project=web-*'],
    },
  ],
  whole: [
    {
      what: 'from form to wire',
      argv: ['playwright', 'test', '--config', 'e2e/playwright.config.ts', '--project=whole'],
    },
  ],
  boot: [
    {
      what: 'the flashable image starts',
      argv: ['vitest', 'run', '--config', 'e2e/image/vitest.config.ts', 'boot'],
    },
  ],
  image: [
    {
      what: 'the flashable image, and what breaks at home',
      argv: ['vitest', 'run', '--config', 'e2e/image/vitest.config.ts'],
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

const results: { what: string; ok: boolean; seconds: number }[] = []
for (const { what, argv } of parts.flatMap((part) => PARTS[part])) {
  console.log(`\n── ${what}: ${argv.join(' ')}`)
  const began = Date.now()
  const done = spawnSync(argv[0]!, argv.slice(1), {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', NEXT_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
  })
  results.push({ what, ok: done.status === 0, seconds: Math.round((Date.now() - began) / 1000) })
}

console.log('')
for (const { what, ok, seconds } of results) console.log(`${ok ? '✓' : '✗'} ${what} (${seconds} s)`)
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1

/**
 * `./bauta test --soak`: the property and fuzz tests of table, ports, checksums, parsers and path at length. The first
 * violation fails its test with the smallest example that still does; at the end stands how many cases each property had.
 *
 * Then processes that work the table are killed, ten for every second of a property (apps/dataplane/src/kills).
 *
 *   BAUTA_SOAK=60      seconds for every property
 *   BAUTA_SOAK_SEED=…  the same cases again
 *   BAUTA_SOAK_ONLY=…  only test files whose name has this in it
 */
import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setPriority, tmpdir } from 'node:os'
import path from 'node:path'

const ROOT = path.resolve(import.meta.dirname, '../..')
const WHERE = '{packages/{masq,packet,chains},apps/dataplane/src/{path,trace}}/**/*.test.ts'

interface Line {
  file: string
  test: string
  cases: number
  seconds: number
}

const {
  BAUTA_SOAK = '60',
  BAUTA_SOAK_SEED = String(Date.now() & 0x7fffffff),
  BAUTA_SOAK_ONLY = '',
} = process.env
const files = globSync(WHERE, { cwd: ROOT })
  .filter((file) => file.includes(BAUTA_SOAK_ONLY))
  .filter((file) => readFileSync(path.join(ROOT, file), 'utf8').includes('fc.assert('))
  .sort()

const folder = mkdtempSync(path.join(tmpdir(), 'bauta-soak-'))
const report = path.join(folder, 'cases')
writeFileSync(report, '')
console.log(`${files.length} files, ${BAUTA_SOAK} s for every property, seed ${BAUTA_SOAK_SEED}`)
setPriority(19)
const { status } = spawnSync('vitest', ['run', '--config', path.join(import.meta.dirname, 'config.ts')], {
  cwd: ROOT,
  stdio: 'inherit',
  env: {
    ...process.env,
    BAUTA_SOAK,
    BAUTA_SOAK_SEED,
    BAUTA_SOAK_REPORT: report,
    BAUTA_SOAK_FILES: JSON.stringify(files),
  },
})

const lines: Line[] = readFileSync(report, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line))
rmSync(folder, { recursive: true })
const number = (value: number) => value.toLocaleString('en').padStart(13)
for (const { file, test, cases, seconds } of lines)
  console.log(`${number(cases)}  ${path.relative(ROOT, file)} › ${test} (${seconds.toFixed(0)} s)`)
console.log(
  `${number(lines.reduce((sum, { cases }) => sum + cases, 0))}  cases in ${lines.length} properties`,
)
const kills = 'apps/dataplane/src/kills'
const killed = kills.includes(BAUTA_SOAK_ONLY)
  ? spawnSync('vitest', ['run', kills], {
      cwd: ROOT,
      stdio: 'inherit',
      env: {
        ...process.env,
        BAUTA_KILLS: String(10 * Number(BAUTA_SOAK)),
        BAUTA_KILLS_SEED: BAUTA_SOAK_SEED,
      },
    }).status
  : 0
process.exitCode = status || (killed ?? 1)

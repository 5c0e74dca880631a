/** Programs of the build machine, run to the end. */
import { spawnSync } from 'node:child_process'

export interface RunOptions {
  cwd?: string
  input?: string | Buffer
  env?: NodeJS.ProcessEnv
  /** a status other than 0 is no failure: the program complains of what it need not read */
  tolerate?: boolean
}

/** @returns what it printed @throws Error with the command line and its last words */
export function run(argv: readonly string[], options: RunOptions = {}): Buffer {
  const done = spawnSync(argv[0]!, argv.slice(1), {
    ...options,
    env: { ...process.env, ...options.env },
    maxBuffer: 1 << 30,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  if (done.status === 0 || (options.tolerate && done.status !== null)) return done.stdout
  const words = done.error?.message ?? done.stderr.toString().trim().split('\n').slice(-8).join('\n')
  throw new Error(`${argv.slice(0, 6).join(' ')}: ${words || `ended by ${done.signal ?? done.status}`}`)
}

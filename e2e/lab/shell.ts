/** Running programs: on the machine, or inside one namespace. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'

export class CommandFailed extends Error {}

/** Runs to the end. @returns what it printed @throws CommandFailed with the command line and its last words */
export function run(argv: readonly string[], input?: string): string {
  const done = spawnSync(argv[0]!, argv.slice(1), {
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 64 << 20,
  })
  if (done.status !== 0) throw new CommandFailed(complaint(argv, done))
  return done.stdout
}

/** As `run`, for steps whose failure means that there was nothing to do. */
export function attempt(argv: readonly string[]): boolean {
  return spawnSync(argv[0]!, argv.slice(1), { stdio: 'ignore' }).status === 0
}

function complaint(argv: readonly string[], done: SpawnSyncReturns<string>): string {
  const why = done.error?.message ?? (done.stderr.trim() || done.stdout.trim() || `signal ${done.signal}`)
  return `${argv.join(' ')}: ${why}`
}

/**
 * The command line that runs `argv` inside a namespace. `ip netns exec` gives it a mount namespace of its own, so the
 * mounts made here end with it and the machine's /etc stays untouched.
 * @param resolver the name server that the command shall see in /etc/resolv.conf, as a file
 */
export function inside(namespace: string, argv: readonly string[], resolver?: string): string[] {
  const enter = ['ip', 'netns', 'exec', namespace]
  if (resolver === undefined) return [...enter, ...argv]
  const mount = '[ ! -e /etc/resolv.conf ] || mount --bind "$0" /etc/resolv.conf; exec "$@"'
  return [...enter, 'sh', '-c', mount, resolver, ...argv]
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** How much longer everything may take: in an emulated machine, say. */
const PATIENCE = Number(process.env.BAUTA_PATIENCE ?? 1)

/** Asks again until the answer is there. @throws when `what` has not happened in time */
export async function until<T>(
  what: string,
  seconds: number,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const end = Date.now() + seconds * PATIENCE * 1000
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`)
    await sleep(40)
  }
}

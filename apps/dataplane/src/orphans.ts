/**
 * Daemons that a killed dataplane left behind. They went on serving meanwhile, which is good; but they hold their
 * ports, and nobody could give them other settings. So a new dataplane ends them before it starts its own.
 */
import { readFileSync } from 'node:fs'

const PATIENCE_MS = 1000
const LOOK_MS = 10

/** @param pidFile as the daemon wrote it @param mark what its command line contains, or another process has the number now */
export async function endOrphan(pidFile: string, mark: string): Promise<boolean> {
  const pid = Number(read(pidFile))
  if (!(pid > 1) || !commandOf(pid).includes(mark)) return false
  const until = performance.now() + PATIENCE_MS
  kill(pid, 'SIGTERM')
  while (commandOf(pid).includes(mark)) {
    if (performance.now() > until) kill(pid, 'SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  return true
}

const commandOf = (pid: number): string => read(`/proc/${pid}/cmdline`)

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // it ended meanwhile
  }
}

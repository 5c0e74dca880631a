/**
 * Processes of a lab. Each is written down as (pid, start time), and ended only while both still agree: a pid that the
 * kernel has given to somebody else since is left alone.
 */
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { startTimeOf } from '@bauta/tun-tap/process-start'
import { run, sleep } from './shell.ts'

export interface ProcessRecord {
  role: string
  pid: number
  startTime: string
  log: string
}

export function isAlive(record: Pick<ProcessRecord, 'pid' | 'startTime'>): boolean {
  return startTimeOf(record.pid) === record.startTime
}

/** Starts a process that outlives its parent; both outputs go to the log. */
export function startProcess(
  role: string,
  argv: readonly string[],
  log: string,
  env: NodeJS.ProcessEnv = {},
): ProcessRecord {
  const out = openSync(log, 'w')
  const child = spawn(argv[0]!, argv.slice(1), {
    detached: true,
    stdio: ['ignore', out, out],
    env: { ...process.env, ...env },
  })
  closeSync(out)
  child.on('error', () => {})
  child.unref()
  const startTime = child.pid === undefined ? null : startTimeOf(child.pid)
  if (child.pid === undefined || startTime === null)
    throw new Error(`could not start ${role}: ${argv.join(' ')}; see ${log}`)
  return { role, pid: child.pid, startTime, log }
}

/** Asks politely, waits, then insists. Several at once, so that the slowest sets the time. */
export async function stopProcesses(records: readonly ProcessRecord[], graceMs = 3000): Promise<void> {
  const alive = () => records.filter(isAlive)
  for (const record of alive()) signal(record.pid, 'SIGTERM')
  const end = Date.now() + graceMs
  while (alive().length > 0 && Date.now() < end) await sleep(20)
  for (const record of alive()) signal(record.pid, 'SIGKILL')
  while (alive().length > 0 && Date.now() < end + 2000) await sleep(20)
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // gone already
  }
}

/** @returns every process that lives in the network namespace */
export function processesIn(namespace: string): ProcessRecord[] {
  return run(['ip', 'netns', 'pids', namespace])
    .split('\n')
    .filter(Boolean)
    .map(Number)
    .flatMap((pid) => {
      const startTime = startTimeOf(pid)
      return startTime === null ? [] : [{ role: 'leftover', pid, startTime, log: '' }]
    })
}

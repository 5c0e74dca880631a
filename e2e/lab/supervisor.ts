/**
 * `node supervisor.ts PIDFILE -- COMMAND…`: what systemd does on a real box (Restart=always): starts the command, and again when
 * it ends. The first restart comes at once; a command that keeps dying at its start waits a little longer each time, and
 * never more than a second.
 */
import { spawn } from 'node:child_process'
import { renameSync, writeFileSync } from 'node:fs'

const FIRST_DELAY_MS = 1
const LONGEST_DELAY_MS = 1000
/** A run of this length counts as healthy and makes the next restart quick again. */
const HEALTHY_MS = 5000
const GRACE_MS = 2500

const [pidFile = '', , command = '', ...args] = process.argv.slice(2)
let delay = FIRST_DELAY_MS
let stopping = false
let child = start()

function start() {
  const startedAt = Date.now()
  const started = spawn(command, args, { stdio: 'inherit' })
  if (started.pid !== undefined) {
    writeFileSync(`${pidFile}.new`, `${started.pid}\n`)
    renameSync(`${pidFile}.new`, pidFile)
  }
  const over = (how: string) => {
    if (stopping) process.exit(0)
    const lived = Date.now() - startedAt
    delay = lived > HEALTHY_MS ? FIRST_DELAY_MS : Math.min(delay * 2, LONGEST_DELAY_MS)
    console.log(`supervisor: ${command} ended (${how}) after ${lived} ms; again in ${delay} ms`)
    setTimeout(() => {
      child = start()
    }, delay)
  }
  started.on('exit', (code, signal) => over(signal ?? `status ${code}`))
  started.on('error', (error) => over(error.message))
  return started
}

function stop(): void {
  if (stopping) return
  stopping = true
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) process.exit(0)
  child.kill('SIGTERM')
  setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
}
process.on('SIGTERM', stop)
process.on('SIGINT', stop)

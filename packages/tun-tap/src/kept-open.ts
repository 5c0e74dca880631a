/**
 * File descriptors that stay open when this process is killed.
 *
 * A TUN that nobody holds open has no queue: what is sent to it is lost, and who sent the first packet of a connection tries again a whole
 * second later. So a program that does nothing (`sleep infinity`) is started with copies of the descriptors; what comes meanwhile
 * waits in the queue, and the next process takes the very same open files over from that program (pidfd_getfd(2), Linux 5.6). Where a
 * system does not allow this to a process that is not the parent (kernel.yama.ptrace_scope, a container's seccomp), the program is ended,
 * and everything is opened anew as if it had never been.
 */
import { spawn } from 'node:child_process'
import { closeFd, pidfdGetFd, pidfdOpen } from './libc.ts'
import { startTimeOf } from './process-start.ts'

export interface OpenFile {
  name: string
  fd: number
}

export interface Keeper {
  pid: number
  startTime: string
  /** In the order of its descriptors. */
  names: string[]
}

/** What lists of processes show. */
export const KEEPER_NAME = 'bauta-keeps-open'
/** Its first descriptor that is not standard input, output or error. */
const FIRST_FD = 3
const DEATH_MS = 1000

/** @throws when the program cannot be started */
export function keepOpen(files: readonly OpenFile[]): Keeper {
  const child = spawn('sleep', ['infinity'], {
    argv0: KEEPER_NAME,
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', ...files.map(({ fd }) => fd)],
  })
  // Said by the return value already; without a listener it would end this process.
  child.on('error', () => undefined)
  child.unref()
  const { pid } = child
  if (pid === undefined) throw new Error('“sleep” could not be started, which keeps TUNs open')
  return { pid, startTime: startTimeOf(pid) ?? '', names: files.map(({ name }) => name) }
}

/** @returns what it keeps, open in this process now, too; nothing where the keeper is gone, or does not give it and is ended therefore */
export function takeOver(keeper: Keeper): OpenFile[] {
  if (!lives(keeper)) return []
  const pidfd = pidfdOpen(keeper.pid, 0)
  const files = keeper.names.map((name, at) => ({ name, fd: pidfdGetFd(pidfd, FIRST_FD + at, 0) }))
  if (pidfd >= 0) closeFd(pidfd)
  if (files.every(({ fd }) => fd >= 0)) return files
  for (const { fd } of files) if (fd >= 0) closeFd(fd)
  endKeeper(keeper)
  return []
}

/** When this returns, what it kept is no longer open in it. */
export function endKeeper(keeper: Keeper): void {
  if (!lives(keeper)) return
  process.kill(keeper.pid, 'SIGKILL')
  const end = performance.now() + DEATH_MS
  while (lives(keeper) && performance.now() < end) sleep(1)
}

const lives = ({ pid, startTime }: Keeper): boolean => startTimeOf(pid) === startTime

const sleep = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

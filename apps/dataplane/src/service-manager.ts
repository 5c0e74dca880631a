/**
 * What systemd wants to hear from a service (sd_notify(3)): READY=1 once it serves, and WATCHDOG=1 at least twice in every
 * period that the unit allows, or it is started again. Without systemd, in a lab or a container, there is nobody to tell.
 *
 * The message is one datagram to a unix socket, a kind that Node does not speak; koffi is here anyway.
 */
import koffi from 'koffi'

const AF_UNIX = 1
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000
/** sun_path of unix(7), and the family before it. */
const PATH_MAX = 108

export interface ServiceManager {
  ready(): void
  /** Says again and again that the main thread turns; ends with the process. */
  keepAlive(): void
}

/** @param log told once, when a message cannot be sent */
export function serviceManager(
  environment: NodeJS.ProcessEnv,
  log: (line: string) => void,
  pid = process.pid,
): ServiceManager {
  const send = sender(environment.NOTIFY_SOCKET, log)
  const period = watchdogPeriod(environment, pid)
  return {
    ready: () => send('READY=1'),
    keepAlive: () => {
      if (period !== null) setInterval(() => send('WATCHDOG=1'), period / 2).unref()
    },
  }
}

/** @returns milliseconds; null when this process is not watched (sd_watchdog_enabled(3)) */
export function watchdogPeriod(environment: NodeJS.ProcessEnv, pid: number): number | null {
  const microseconds = Number(environment.WATCHDOG_USEC)
  const watched = environment.WATCHDOG_PID
  if (!Number.isFinite(microseconds) || microseconds <= 0) return null
  return watched === undefined || Number(watched) === pid ? microseconds / 1000 : null
}

/** @returns struct sockaddr_un; a leading `@` stands for the abstract namespace @throws when it is no address of a socket */
export function unixAddress(name: string): Buffer {
  const bytes = Buffer.from(name)
  if (!/^[/@]/.test(name) || bytes.length >= PATH_MAX)
    throw new Error(`NOTIFY_SOCKET is “${name}”, which is no address of a unix socket`)
  if (name.startsWith('@')) bytes[0] = 0
  const family = Buffer.alloc(2)
  family.writeUInt16LE(AF_UNIX)
  return Buffer.concat([family, bytes])
}

function sender(name: string | undefined, log: (line: string) => void): (message: string) => void {
  if (!name) return () => {}
  let complained = false
  try {
    const address = unixAddress(name)
    const libc = koffi.load('libc.so.6')
    const socket = libc.func('int socket(int, int, int)')
    const sendto = libc.func('long sendto(int, const void *, size_t, int, const void *, uint32_t)')
    const fd: number = socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0)
    if (fd < 0) throw new Error(`no socket to tell the service manager (errno ${koffi.errno()})`)
    return (message) => {
      const bytes = Buffer.from(message)
      if (Number(sendto(fd, bytes, bytes.length, 0, address, address.length)) === bytes.length || complained)
        return
      complained = true
      log(`the service manager could not be told ${message} (errno ${koffi.errno()})`)
    }
  } catch (error) {
    log((error as Error).message)
    return () => {}
  }
}

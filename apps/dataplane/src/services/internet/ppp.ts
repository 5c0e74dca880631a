/**
 * A connection by PPP: one pppd per attempt, over the WAN port (PPPoE, in the kernel) or a serial line. pppd never redials; why it
 * ended is read from its log, and connection.ts decides when to try again.
 *
 * A session outlives a killed dataplane: pppd runs on, what the provider gave lies in a file, and the next dataplane adopts both.
 */
import { type FSWatcher, readFileSync, rmSync, statSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PPP_DEVICE, parseAddress } from '@bauta/config'
import { asset } from '../../here.ts'
import type { Links } from '../../links.ts'
import { parseEnvironment } from './environment-file.ts'
import { clearPort, ip, tryIp } from './ip-command.ts'
import { endLeftBehind, LastingDaemon } from './lasting-daemon.ts'
import { type Line, type LineFacts, type LineReport, NO_FACTS } from './line.ts'
import { momentOf, timeOf } from './moments.ts'
import { type PppMethod, renderChat, renderPppd } from './pppd-config.ts'
import { peerOf, troubleOf } from './pppd-log.ts'

const HOOK = asset('services/internet/ppp-hook.sh')
/** RFC 2516: Ethernet's 1500 less 6 bytes of PPPoE and 2 of PPP; RFC 4638 adds them to the frame instead. */
const PPPOE_HEADERS = 8
const ETHERNET_MTU = 1500

export interface PppOptions {
  folder: string
  port: string
  method: PppMethod
  idleSeconds: number | null
}

export function pppLine({ folder, port, method, idleSeconds }: PppOptions, report: LineReport): Line {
  const files = {
    options: join(folder, 'ppp-options'),
    chat: join(folder, 'chat'),
    session: join(folder, 'session'),
  }
  let daemon: LastingDaemon | null = null
  let watcher: FSWatcher | null = null
  let links: Links | null = null
  let facts: LineFacts = NO_FACTS
  /** A moment of moments.ts. */
  let since = 0

  const look = async () => {
    const text = read(files.session)
    if (text === null || daemon?.pid == null || facts !== NO_FACTS) return
    since = momentOf(statSync(files.session).mtimeMs)
    facts = factsOf(text, daemon.log(), method)
    await tryIp('route', 'replace', 'default', 'dev', PPP_DEVICE)
    report.established()
    report.changed()
  }
  const ended = (code: number | null) => {
    const log = daemon?.log() ?? ''
    const carrier = method.kind === 'pppoe' ? (links?.devices.get(port)?.up ?? false) : null
    const missing = daemon?.problem?.includes('not installed') ? daemon.problem : null
    forget()
    const trouble = troubleOf({ code, log, port, carrier })
    report.lost(missing === null ? trouble : { ...trouble, text: missing, kind: 'other' })
  }
  const forget = () => {
    watcher?.close()
    watcher = null
    facts = NO_FACTS
    rmSync(files.session, { force: true })
  }
  const preparePort = async (): Promise<number> => {
    if (method.kind === 'serial') return ETHERNET_MTU
    await ip('link', 'set', 'dev', port, 'up')
    // Bare of addresses: at most one connection carries traffic.
    await clearPort(port)
    const wanted = method.mtu === 'auto' ? ETHERNET_MTU : method.mtu
    const carrier = Math.max(ETHERNET_MTU, wanted + PPPOE_HEADERS)
    const fits = await ip('link', 'set', 'dev', port, 'mtu', String(carrier)).then(
      () => true,
      () => false,
    )
    return fits ? wanted : Math.min(wanted, ETHERNET_MTU - PPPOE_HEADERS)
  }

  return {
    start: async (now) => {
      links = now
      if (daemon?.pid != null) return
      if (method.kind === 'pppoe' && !now.devices.has(port))
        return report.lost({
          text: `there is no port ${port}; was a network adapter unplugged?`,
          kind: 'other',
          triesItself: false,
        })
      const mtu = await preparePort()
      const chat = method.kind === 'serial' ? renderChat(method) : null
      const options = renderPppd({ method, port, mtu, idleSeconds }, { hook: HOOK, ...files })
      if (chat !== null) writeFileSync(files.chat, chat, { mode: 0o600 })
      writeFileSync(files.options, options, { mode: 0o600 })
      const spec = {
        name: 'pppd',
        command: 'pppd',
        args: ['file', files.options],
        folder,
        settings: `${options}${chat}`,
        restart: false,
      }
      daemon = await LastingDaemon.start(spec, ended)
      if (!daemon.adopted) rmSync(files.session, { force: true })
      watcher = watch(folder, (_, file) => {
        if (file === 'session') void look()
      })
      await look()
    },
    relink: (now) => {
      links = now
    },
    stop: async () => {
      await daemon?.stop()
      daemon = null
      // One that a killed dataplane left, and that this one never dialled.
      await endLeftBehind({ name: 'pppd', folder })
      forget()
      if (method.kind === 'pppoe') await tryIp('link', 'set', 'dev', port, 'mtu', String(ETHERNET_MTU))
    },
    leave: () => {
      watcher?.close()
      daemon?.leave()
    },
    facts: () => (facts.session ? { ...facts, session: { ...facts.session, since: timeOf(since) } } : facts),
    daemons: () => (daemon ? [daemon.status()] : []),
  }
}

/** @param text as ppp-hook.sh wrote it */
function factsOf(text: string, log: string, { kind }: PppMethod): LineFacts {
  const of = parseEnvironment(text)
  const address = (name: string) => [of.get(name) ?? ''].filter((value) => parseAddress(value))
  const { name, address: mac, session } = peerOf(log)
  const service = of.get('PPPOE_SERVICE') ?? ''
  return {
    dnsServers: [...new Set([...address('DNS1'), ...address('DNS2')])],
    lease: null,
    session: {
      peer: name ?? mac ?? (kind === 'serial' ? 'the other end of the serial line' : 'unknown'),
      service,
      id: session,
      since: 0,
    },
    gateway: address('IPREMOTE')[0] ?? null,
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

/**
 * A connection by DHCP: dhcpcd on the WAN port asks, renews, and puts address and route in place; its hook tells what it got.
 *
 * dhcpcd tries for ever and is kept alive, so this line never needs to be told to try again. A server that falls silent does not
 * take the address away before the lease is over; a dhcpcd or a dataplane that is killed does not either: the address stays on the
 * port, the lease in a file, and who comes next goes on with both.
 */
import { type FSWatcher, readFileSync, rmSync, statSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bitsOfMask, formatAddress } from '@bauta/config'
import { asset } from '../../here.ts'
import type { LinkRoute, Links } from '../../links.ts'
import { renderDhcp } from './dhcp-config.ts'
import { type DhcpLease, type LeaseNews, parseLease } from './dhcp-lease.ts'
import { showHardwareAddress } from './hardware-address.ts'
import { clearPort, ip, tryIp } from './ip-command.ts'
import { endLeftBehind, LastingDaemon } from './lasting-daemon.ts'
import { type Line, type LineReport, NO_FACTS } from './line.ts'
import { momentOf, timeOf } from './moments.ts'
import { routesIntoTheHouse } from './stray-routes.ts'

const HOOK = asset('services/internet/dhcp-hook.sh')
/** Where dhcpcd keeps its leases (Debian); the time of the file is when the provider last spoke. */
const DHCPCD_LEASES = '/var/lib/dhcpcd'
/** A server that is there answers within two seconds; the rest is patience. */
const NO_ANSWER_MS = 10_000

export interface DhcpOptions {
  folder: string
  port: string
  hostname: string | null
  mac: string | null
}

export function dhcpLine({ folder, port, hostname, mac }: DhcpOptions, report: LineReport): Line {
  const leaseFile = join(folder, 'lease')
  const confFile = join(folder, 'dhcpcd.conf')
  const conf = renderDhcp({ hostname }, { hook: HOOK, lease: leaseFile })
  const spec = {
    name: 'dhcpcd',
    command: 'dhcpcd',
    args: ['-B', '-4', '-f', confFile, port],
    folder,
    settings: `${conf}${mac}`,
    restart: true,
    // “release”: the provider may give the address to somebody else
    endSignal: 'SIGALRM' as const,
  }
  let daemon: LastingDaemon | null = null
  let watcher: FSWatcher | null = null
  let patience: NodeJS.Timeout | null = null
  let news: LeaseNews | null = null
  /** A moment of moments.ts. */
  let obtainedAt = 0
  let print = ''
  let carrier: boolean | null = null
  let begun = false
  /** There was no port when it was dialled; it begins when there is one. */
  let awaited = false
  /** Routes that were refused. */
  const told = new Set<string>()
  /** Beginning and ending never overlap, whoever asks for them: one that was overtaken would leave a dhcpcd behind. */
  let working: Promise<void> = Promise.resolve()

  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const turn = working.then(work)
    working = turn.catch(() => undefined)
    return turn
  }
  const say = (text: string) => report.lost({ text, kind: 'other', triesItself: true })
  const lease = (): DhcpLease | null => (news?.kind === 'lease' ? news.lease : null)

  const look = () => {
    const text = read(leaseFile)
    const at = writtenAt(leaseFile)
    if (text === null || `${at}${text}` === print) return
    print = `${at}${text}`
    news = parseLease(text)
    if (news.kind === 'none') return say(WORDS[news.why](port))
    stopWaiting()
    const saidAt = news.lease.remembered ? writtenAt(join(DHCPCD_LEASES, `${port}.lease`)) : null
    obtainedAt = momentOf(saidAt ?? at!)
    report.established()
    report.changed()
  }
  const stopWaiting = () => {
    if (patience) clearTimeout(patience)
    patience = null
  }
  const wait = () => {
    stopWaiting()
    patience = setTimeout(() => {
      if (!lease()) say(carrier === false ? WORDS['no-carrier'](port) : noAnswer(port))
    }, NO_ANSWER_MS)
    patience.unref()
  }
  const begin = async (links: Links) => {
    if (begun) return
    begun = true
    await showHardwareAddress(folder, port, mac, links)
    await ip('link', 'set', 'dev', port, 'up')
    await endOtherAddresses(port, read(leaseFile), links)
    writeFileSync(confFile, conf)
    daemon = await LastingDaemon.start(spec, () => {
      // It comes back by itself, and the lease holds meanwhile.
      report.note(`${daemon?.problem ?? 'dhcpcd ended'}; it is started again`)
      if (!lease()) say(daemon?.problem ?? 'dhcpcd ended')
    })
    watcher = watch(folder, (_, file) => {
      if (file === 'lease') look()
    })
    look()
    if (!lease()) wait()
  }
  const endRoute = async ({ network, mask }: LinkRoute) => {
    const text = `${formatAddress(network)}/${bitsOfMask(mask)}`
    await tryIp('route', 'del', text, 'dev', port)
    if (!told.has(text))
      report.note(`the provider wanted ${text}, a part of this house, to be sent to it; refused`)
    told.add(text)
  }
  const tryToBegin = (links: Links) =>
    inTurn(() =>
      begin(links).catch((error: Error) => {
        begun = false
        // Not with the next change of the links: a port that refuses a hardware address goes down and up with every attempt.
        report.lost({ text: error.message, kind: 'other', triesItself: false })
      }),
    )

  return {
    start: async (links) => {
      // Again by hand: dhcpcd is there already, and asks anew when told so.
      if (daemon) {
        daemon.signal('SIGHUP')
        return wait()
      }
      const device = links.devices.get(port)
      awaited = !device
      if (!device) return say(`there is no port ${port}; was a network adapter unplugged?`)
      carrier = device.up ? true : null
      await tryToBegin(links)
    },
    relink: (links) => {
      const device = links.devices.get(port)
      if (device && awaited) void tryToBegin(links)
      if (device) awaited = false
      for (const route of routesIntoTheHouse(port, links)) void endRoute(route)
      const now = device?.up ?? false
      if (now === carrier) return
      carrier = now
      if (!now && !lease()) say(WORDS['no-carrier'](port))
      if (now && !lease()) wait()
    },
    stop: () =>
      inTurn(async () => {
        stopWaiting()
        watcher?.close()
        await daemon?.stop()
        daemon = null
        news = null
        print = ''
        begun = false
        await endLeftBehind(spec)
        rmSync(leaseFile, { force: true })
        await clearPort(port)
      }),
    leave: () => {
      stopWaiting()
      watcher?.close()
      daemon?.leave()
    },
    facts: () => {
      const held = lease()
      if (!held) return NO_FACTS
      const at = (seconds: number) => timeOf(obtainedAt + seconds * 1000)
      const { server, renewal, duration, dnsServers } = held
      return {
        dnsServers,
        lease: { server, obtainedAt: at(0), renewsAt: at(renewal), expiresAt: at(duration) },
        session: null,
      }
    },
    daemons: () => (daemon ? [daemon.status()] : []),
  }
}

const WORDS: Record<Extract<LeaseNews, { kind: 'none' }>['why'], (port: string) => string> = {
  refused: () => 'the provider took the address back; another one is being asked for',
  over: (port) => `the lease ended, because the provider’s DHCP server no longer answers at ${port}`,
  'no-carrier': (port) =>
    `no carrier at ${port}: the cable is not plugged in, or the device at its other end is off`,
  ended: () => 'no lease',
}
const noAnswer = (port: string): string =>
  `no DHCP server answers at ${port}; is this the port that leads to the provider, and does the provider use DHCP?`

/** The port may still have addresses that others gave it; what our own lease says stays. */
async function endOtherAddresses(port: string, leaseText: string | null, links: Links): Promise<void> {
  const news = leaseText === null ? null : parseLease(leaseText)
  const own = news?.kind === 'lease' ? news.lease.address : null
  for (const { address, bits } of links.devices.get(port)?.addresses ?? [])
    if (formatAddress(address) !== own)
      await tryIp('addr', 'del', `${formatAddress(address)}/${bits}`, 'dev', port)
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

function writtenAt(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null
}

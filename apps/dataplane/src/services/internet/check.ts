/**
 * “Is it me, or the provider?”: six steps from the cable to a site, each with what was found and what to do. A step that needs an
 * earlier one is skipped when that one failed, so the first red line is the one to read.
 */
import { execFile } from 'node:child_process'
import { Resolver } from 'node:dns/promises'
import net from 'node:net'
import { promisify } from 'node:util'
import type { CHECKS, CheckReply, InternetConnectionStatus } from '@bauta/control/schemas'

type Step = CheckReply['steps'][number]
type Name = (typeof CHECKS)[number]
type Finding = Pick<Step, 'state' | 'text' | 'advice'>

/** RFC 6761 keeps this name for examples; it is there, and answers. */
const SITE = 'www.example.org'
const SITE_PORT = 80
const PATIENCE_MS = 3000
/** Headers of IPv4 and ICMP. */
const PING_HEADERS = 28
/** Tried in this order where the full size does not pass. */
const SMALLER_MTUS = [1492, 1480, 1460, 1400, 1280]

const run = promisify(execFile)

export interface CheckWorld {
  connection: () => InternetConnectionStatus | null
  carrier: () => Promise<boolean>
  /** Where DNS of the household is asked, and whether it is the box’s own. */
  resolver: () => string
  now: () => number
}

export async function check(world: CheckWorld): Promise<CheckReply> {
  const at = world.now()
  const steps: Step[] = []
  let site: string | null = null
  const step = async (name: Name, needs: Name[], work: () => Promise<Finding> | Finding) => {
    const began = performance.now()
    const blocked = needs.find((needed) => steps.find((done) => done.name === needed)?.state !== 'ok')
    const found = blocked ? skipped(blocked) : await work()
    steps.push({ name, ...found, ms: Math.round(performance.now() - began) })
  }
  const connection = world.connection()
  await step('cable', [], async () => cable(connection, await world.carrier()))
  await step('address', ['cable'], () => address(connection))
  await step('gateway', ['address'], () => gateway(connection!))
  await step('dns', ['address'], async () => {
    const { finding, answer } = await dns(world.resolver())
    site = answer
    return finding
  })
  await step('mtu', ['dns'], () => mtu(connection!, site!))
  await step('site', ['dns'], () => visit(site!))
  return { at, steps }
}

const ok = (text: string): Finding => ({ state: 'ok', text, advice: null })
const failed = (text: string, advice: string): Finding => ({ state: 'failed', text, advice })
const skipped = (needed: Name): Finding => ({
  state: 'skipped',
  text: `not tried: it needs what “${needed}” found missing`,
  advice: null,
})

function cable(connection: InternetConnectionStatus | null, carrier: boolean): Finding {
  if (connection?.port == null)
    return failed('no port has the role WAN', 'Choose on the Network page which port leads to the Internet.')
  if (connection.kind === 'serial') return ok(`${connection.port} is a serial line`)
  if (carrier) return ok(`the cable at ${connection.port} is plugged in`)
  return failed(
    `no carrier at ${connection.port}`,
    'Plug the cable in at both ends, and see that the modem or the socket at its other end has power.',
  )
}

function address(connection: InternetConnectionStatus | null): Finding {
  if (connection?.state === 'up' && connection.address)
    return ok(`the address is ${connection.address}, by ${KINDS[connection.kind]}`)
  if (connection?.state === 'waiting')
    return failed('the connection is dialled when somebody needs it', 'Press Connect and check again.')
  if (connection?.state === 'down')
    return failed('the connection is hung up', 'Press Connect and check again.')
  return failed(connection?.problem ?? 'no address yet', ADVICE[connection?.kind ?? 'system'])
}

const KINDS: Record<InternetConnectionStatus['kind'], string> = {
  system: 'the operating system',
  dhcp: 'DHCP',
  static: 'the settings',
  pppoe: 'PPPoE',
  serial: 'PPP',
}
const ADVICE: Record<InternetConnectionStatus['kind'], string> = {
  system: 'Look at the network settings of the operating system.',
  dhcp: 'Switch the modem off and on again; if that does not help, ask the provider whether the line uses DHCP.',
  static: 'Compare address, prefix and gateway with the provider’s letter.',
  pppoe: 'Compare user name and password with the provider’s letter; if they are right, call the provider.',
  serial: 'Look at the modem, its number and its script.',
}

async function gateway({ gateway: at, device, kind }: InternetConnectionStatus): Promise<Finding> {
  if (!at) return failed('the provider named no gateway', 'Call the provider and tell this.')
  if (await pings(at, 0)) return ok(`the provider’s router ${at} answers`)
  if (kind === 'pppoe' || kind === 'serial') return ok(`the session with ${at} stands; it answers no pings`)
  const neighbour = await run('ip', ['-4', 'neigh', 'show', at, 'dev', device ?? ''])
    .then(({ stdout }) => stdout)
    .catch(() => '')
  if (/lladdr/.test(neighbour) && !/FAILED|INCOMPLETE/.test(neighbour))
    return ok(`the provider’s router ${at} is there; it answers no pings`)
  return failed(
    `the provider’s router ${at} does not answer`,
    'Switch the modem off and on again, then call the provider.',
  )
}

async function dns(server: string): Promise<{ finding: Finding; answer: string | null }> {
  const resolver = new Resolver({ timeout: PATIENCE_MS, tries: 1 })
  resolver.setServers([server])
  try {
    const [answer] = await resolver.resolve4(SITE)
    return { finding: ok(`${SITE} is ${answer}`), answer: answer ?? null }
  } catch (error) {
    const { code = 'no answer' } = error as NodeJS.ErrnoException
    const finding = failed(
      `the name ${SITE} cannot be looked up (${code})`,
      'The DNS servers do not answer as they should; try others on the DNS page.',
    )
    return { finding, answer: null }
  }
}

async function mtu({ mtu: own }: InternetConnectionStatus, site: string): Promise<Finding> {
  const full = own ?? 1500
  if (await pings(site, full - PING_HEADERS)) return ok(`packets of ${full} bytes pass whole`)
  for (const size of SMALLER_MTUS.filter((smaller) => smaller < full))
    if (await pings(site, size - PING_HEADERS))
      return failed(
        `packets of ${full} bytes do not pass, those of ${size} do`,
        `Set the MTU of the connection to ${size}.`,
      )
  return ok(`packets of ${full} bytes are sent; the site answers no pings, so more cannot be known`)
}

function visit(site: string): Promise<Finding> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: site, port: SITE_PORT, timeout: PATIENCE_MS })
    const done = (finding: Finding) => {
      socket.destroy()
      resolve(finding)
    }
    const refused = () =>
      done(
        failed(
          `${SITE} does not answer`,
          'Names are found and the site is not reached: look at the rules, then call the provider.',
        ),
      )
    socket.once('connect', () => done(ok(`${SITE} answers`)))
    socket.once('timeout', refused)
    socket.once('error', refused)
  })
}

/** @param bytes of payload; with 0 the packet may be split on its way */
async function pings(host: string, bytes: number): Promise<boolean> {
  const size = bytes > 0 ? ['-M', 'do', '-s', String(bytes)] : []
  return run('ping', ['-n', '-q', '-c', '1', '-W', '1', ...size, host]).then(
    () => true,
    () => false,
  )
}

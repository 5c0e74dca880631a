/** Puts the dataplane together from its real parts and runs it until it is told to stop. */
import type { Worker } from 'node:worker_threads'
import { prepareDevice, prepareTun } from '@bauta/door'
import { Dataplane } from './dataplane.ts'
import type { Beginning } from './go-on.ts'
import { HomeNetwork } from './home/home-network.ts'
import { LogStore } from './log-store.ts'
import type { Options } from './options.ts'
import { serviceManager } from './service-manager.ts'
import { ChronyService } from './services/chrony.ts'
import { DhcpService } from './services/dhcp.ts'
import { dhcpPaths } from './services/dhcp-paths.ts'
import { DialinService } from './services/dialin/service.ts'
import { DnsService } from './services/dns.ts'
import { InternetService } from './services/internet/service.ts'
import { LanService } from './services/lan.ts'
import { ShapingService } from './services/shaping/service.ts'
import { SshService } from './services/ssh.ts'
import type { Service } from './services.ts'
import { Watchfulness } from './watchfulness.ts'

const logs = new LogStore({ echo: (line) => process.stderr.write(`${line}\n`) })
const log = logs.of('dataplane')

/** @param beginning what runs already @param worker makes the packet thread's worker */
export async function run(options: Options, beginning: Beginning, worker: () => Worker): Promise<void> {
  const { door, lost } = beginning
  if (lost) log(lost)
  const dns = new DnsService({ ...options, log: (source, line) => logs.add(source, line) })
  const lan = new LanService()
  const appliance = options.appliance && options.ports.length === 0
  const dialin = new DialinService({ runDir: options.runDir, log: logs.of('dialin') })
  const services: Service[] = [lan, dialin, new SshService({ ...options, appliance })]
  const internet = new InternetService({ runDir: options.runDir, log: logs.of('internet') })
  const paths = dhcpPaths(options)
  const dhcp = new DhcpService({ paths, provided: () => internet.dnsServers(), log: logs.of('dnsmasq') })
  const home = new HomeNetwork({ leases: paths.leases, ports: options.ports })
  const clock = new ChronyService({ ...options, log: logs.of('chronyd') })
  const setShaped = (on: boolean) => door.setShaped(on)
  const shaping = new ShapingService({ setShaped, log: logs.of('shaping') })
  const household = { lan, home, dhcp, dialin, clock, shaping }
  const holdAddresses = (addresses: string[]) => lan.hold(addresses)
  const devices = { ...beginning, prepareTun, prepareDevice }
  const watchfulness = new Watchfulness(lost)
  const told = { watchfulness, logs, log }
  const parts = { ...devices, ...household, dns, internet, services, holdAddresses, worker, ...told }
  const dataplane = new Dataplane(options, parts)
  const stop = async () => {
    await dataplane.stop().catch((error: Error) => log(error.message))
    door.close({ leave: true })
    process.exit(0)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  await dataplane.start()
  const manager = serviceManager(process.env, log)
  manager.ready()
  manager.keepAlive()
  log(`the dataplane is up; its API is on ${options.socket}`)
}

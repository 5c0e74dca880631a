/**
 * Which queues a shaped line needs, and how the kernel is told: pure, in the words of tc(8).
 *
 * Upload waits at the WAN device, which has nothing else: cake is its root. Download waits at the devices of the household, because
 * the door takes packets off the WAN before any queue could. There only what came from the WAN may be held to the line's speed, so the
 * root is prio with two bands: the first for everything, the second, which the door chooses by skb->priority (packages/door/bpf/shape.h),
 * leads to cake. Both say whose a packet is: downwards by its destination; upwards, behind masquerading, by the machine's number, which
 * the door leaves in the upper half of skb->mark and a filter hands to cake as the host.
 *
 * Handles are fixed: by them the queues of a former process are known, changed in place (nothing that waits is lost), and taken away.
 * The clsact queue of the door has a handle and a place of its own and is never touched.
 */
import {
  connectionInUse,
  isDialinDevice,
  LINK_COSTS,
  type LinkCost,
  pathInterfaces,
  type Snapshot,
  shapedLineOf,
} from '@bauta/config'

export interface Queue {
  device: string
  direction: 'upload' | 'download'
  kbit: number
  cost: LinkCost
  perMachine: boolean
}

/** bpf/shape.h has the class that these and the second band make, 0xba070002. */
const ROOT = 'ba07:'
const CAKE = 'ba08:'
const REST = 'ba09:'
const FIRST_BAND = `${ROOT}1`
const SECOND_BAND = `${ROOT}2`
/** As many as a device has waiting by default (txqueuelen). */
const REST_PACKETS = 1000
/** Classic BPF: load skb->mark (SKF_AD_OFF + SKF_AD_MARK), return it as the class: its upper half is cake's host; 0 is no answer. */
const MARK_IS_HOST = '2,32 0 0 4294963220,22 0 0 0'

/** @param snapshot with the connection that is in use now */
export function queuesOf(snapshot: Snapshot): Queue[] {
  const { shaping, internet } = snapshot
  const line = shaping.enabled ? shapedLineOf(shaping, connectionInUse(internet).name) : null
  if (!line) return []
  const common = { cost: LINK_COSTS[line.link], perMachine: shaping.perMachine }
  return pathInterfaces(snapshot).flatMap(({ name, role }): Queue[] => {
    // a modem is slower than any Internet connection, and holds itself
    if (isDialinDevice(name)) return []
    if (role === 'wan' && line.upload !== null)
      return [{ device: name, direction: 'upload', kbit: line.upload, ...common }]
    if (role === 'lan' && line.download !== null)
      return [{ device: name, direction: 'download', kbit: line.download, ...common }]
    return []
  })
}

/** As `tc -j qdisc show` prints one; what is not looked at is left out. */
export interface KernelQueue {
  kind: string
  handle: string
  dev: string
  root?: boolean
  parent?: string
  options?: Record<string, unknown>
}

/** One command of tc. */
export type TcStep = string[]

/** @returns whether the queue at the root of a device is one that shaping made */
export const isOurs = (queue: KernelQueue): boolean =>
  queue.root === true &&
  ((queue.kind === 'cake' && queue.handle === CAKE) || (queue.kind === 'prio' && queue.handle === ROOT))

export const isCake = (queue: KernelQueue): boolean => queue.kind === 'cake' && queue.handle === CAKE

/** @returns what the kernel must be told; nothing where it has the queue already */
export function stepsTo(queue: Queue, kernel: readonly KernelQueue[]): TcStep[] {
  const there = kernel.filter(({ dev }) => dev === queue.device)
  const cake = there.find(isCake)
  const root = queue.direction === 'upload' ? 'cake' : 'prio'
  const stands = there.some((one) => isOurs(one) && one.kind === root)
  if (stands && cake && isAs(queue, cake)) return []
  // Another kind of root: there is no way from one to the other.
  const away = !stands && there.some(isOurs) ? [stepAway(queue.device)] : []
  return [...away, ...(queue.direction === 'upload' ? uploadSteps(queue) : downloadSteps(queue, stands))]
}

export const stepAway = (device: string): TcStep => ['qdisc', 'del', 'dev', device, 'root']

function uploadSteps(queue: Queue): TcStep[] {
  const { device } = queue
  return [
    ['qdisc', 'replace', 'dev', device, 'root', 'handle', CAKE, 'cake', ...cakeWords(queue)],
    [
      ...['filter', 'replace', 'dev', device, 'parent', CAKE, 'protocol', 'all', 'prio', '1', 'handle', '1'],
      ...['bpf', 'bytecode', MARK_IS_HOST],
    ],
  ]
}

function downloadSteps(queue: Queue, stands: boolean): TcStep[] {
  const { device } = queue
  const at = ['qdisc', 'replace', 'dev', device]
  const first = new Array<string>(16).fill('0')
  const made: TcStep[] = [
    [...at, 'root', 'handle', ROOT, 'prio', 'bands', '2', 'priomap', ...first],
    [...at, 'parent', FIRST_BAND, 'handle', REST, 'pfifo', 'limit', String(REST_PACKETS)],
  ]
  const cake = [...at, 'parent', SECOND_BAND, 'handle', CAKE, 'cake', ...cakeWords(queue)]
  return [...(stands ? [] : made), cake]
}

const flowMode = ({ direction, perMachine }: Queue): string =>
  perMachine ? (direction === 'upload' ? 'dual-srchost' : 'dual-dsthost') : 'flows'

/** Every option is said: a change keeps what it does not name. */
function cakeWords(queue: Queue): string[] {
  const { kbit, cost, direction } = queue
  return [
    ...['bandwidth', `${kbit}kbit`, 'besteffort', flowMode(queue), 'nonat', 'nowash', 'no-ack-filter'],
    ...['split-gso', 'rtt', '100ms', cost.cells, 'overhead', String(cost.overhead), 'mpu', String(cost.mpu)],
    // What is dropped on its way in has taken its room on the line already.
    direction === 'upload' ? 'egress' : 'ingress',
  ]
}

function isAs(queue: Queue, { options }: KernelQueue): boolean {
  const { kbit, cost, direction } = queue
  const wanted: Record<string, unknown> = {
    bandwidth: kbit * 125,
    diffserv: 'besteffort',
    flowmode: flowMode(queue),
    atm: cost.cells,
    overhead: cost.overhead,
    mpu: cost.mpu,
    ingress: direction === 'download',
  }
  return Object.entries(wanted).every(([name, value]) => options?.[name] === value)
}

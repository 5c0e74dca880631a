import { defaultSnapshot, type Shaping, type Snapshot } from '@bauta/config'
import { expect, it } from 'vitest'
import { type DeviceLink, type Links, noLinks } from '../../links.ts'
import type { KernelQueue } from './queues.ts'
import { ShapingService, type Tc } from './service.ts'

const LINE = { connection: 'Internet', download: 47_500, upload: 9500, link: 'cable' } as const
const ON: Shaping = { enabled: true, perMachine: true, lines: [LINE] }
const snapshot = (shaping: Shaping): Snapshot => ({
  ...defaultSnapshot([
    { name: 'lan0', role: 'lan' },
    { name: 'wan0', role: 'wan' },
  ]),
  shaping,
})
const linksOf = (...names: string[]): Links => ({
  ...noLinks(),
  devices: new Map(names.map((name) => [name, {} as DeviceLink])),
})
const BOTH = linksOf('lan0', 'wan0')

/** A kernel that keeps queues as the real one does, as far as shaping looks at them, and notes what it was told. */
class Kernel {
  queues: KernelQueue[] = []
  told: string[] = []
  /** What tc says instead. */
  complaint: ((words: string[]) => string | null) | null = null
  shaped = false
  log: string[] = []

  service = (): ShapingService =>
    new ShapingService({
      setShaped: (on) => {
        this.shaped = on
      },
      log: (line) => this.log.push(line),
      tc: this.#tc,
    })

  #tc: Tc = async (words) => {
    if (words.includes('show')) return JSON.stringify(this.queues)
    this.told.push(words.join(' '))
    const complaint = this.complaint?.(words)
    if (complaint) throw Object.assign(new Error('Command failed'), { stderr: complaint })
    const [object, verb, , dev = ''] = words
    const after = (word: string) => words[words.indexOf(word) + 1]!
    const root = words.includes('root')
    if (verb === 'del') this.queues = this.queues.filter((queue) => queue.dev !== dev)
    if (object !== 'qdisc' || verb !== 'replace') return ''
    const handle = after('handle')
    this.queues = this.queues.filter((queue) => queue.dev !== dev || (queue.handle !== handle && !root))
    this.queues.push({
      kind: ['cake', 'prio', 'pfifo'].find((kind) => words.includes(kind))!,
      handle,
      dev,
      ...(root ? { root } : { parent: after('parent') }),
      options: words.includes('cake')
        ? {
            bandwidth: Number.parseInt(after('bandwidth'), 10) * 125,
            diffserv: 'besteffort',
            flowmode: words.find((word) => /^dual-|^flows$/.test(word)),
            atm: words.find((word) => /^(noatm|atm|ptm)$/.test(word)),
            overhead: Number(after('overhead')),
            mpu: Number(after('mpu')),
            ingress: words.includes('ingress'),
          }
        : {},
    })
    return ''
  }
}

const made = async () => {
  const kernel = new Kernel()
  const service = kernel.service()
  return { kernel, service }
}

it('makes a queue for each direction, tells the door, and the second time nothing', async () => {
  const { kernel, service } = await made()
  expect(await service.apply(snapshot(ON), BOTH)).toEqual([
    'download held to 47500 kbit/s at lan0',
    'upload held to 9500 kbit/s at wan0',
  ])
  const common = 'besteffort %s nonat nowash no-ack-filter split-gso rtt 100ms noatm overhead 18 mpu 64'
  expect(kernel.told).toEqual([
    'qdisc replace dev lan0 root handle ba07: prio bands 2 priomap 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0',
    'qdisc replace dev lan0 parent ba07:1 handle ba09: pfifo limit 1000',
    `qdisc replace dev lan0 parent ba07:2 handle ba08: cake bandwidth 47500kbit ${common.replace('%s', 'dual-dsthost')} ingress`,
    `qdisc replace dev wan0 root handle ba08: cake bandwidth 9500kbit ${common.replace('%s', 'dual-srchost')} egress`,
    'filter replace dev wan0 parent ba08: protocol all prio 1 handle 1 bpf bytecode 2,32 0 0 4294963220,22 0 0 0',
  ])
  expect(kernel.shaped).toBe(true)
  kernel.told = []
  expect(await service.apply(snapshot(ON), BOTH)).toEqual([])
  expect(kernel.told).toEqual([])
})

it('another process takes what stands over as it is', async () => {
  const { kernel, service } = await made()
  await service.apply(snapshot(ON), BOTH)
  kernel.told = []
  kernel.shaped = false
  expect(await kernel.service().apply(snapshot(ON), BOTH)).toEqual([])
  expect(kernel.told).toEqual([])
  expect(kernel.shaped).toBe(true)
})

it('another speed changes the queue in place, and only that', async () => {
  const { kernel, service } = await made()
  await service.apply(snapshot(ON), BOTH)
  kernel.told = []
  await service.apply(snapshot({ ...ON, lines: [{ ...LINE, download: 40_000 }] }), BOTH)
  expect(kernel.told).toHaveLength(1)
  expect(kernel.told[0]).toMatch(
    /^qdisc replace dev lan0 parent ba07:2 handle ba08: cake bandwidth 40000kbit /,
  )
})

it('a port that changes sides gets the other kind of root', async () => {
  const { kernel, service } = await made()
  await service.apply(snapshot(ON), BOTH)
  const swapped = snapshot(ON)
  for (const port of swapped.interfaces.list) port.role = port.role === 'lan' ? 'wan' : 'lan'
  await service.apply(swapped, BOTH)
  const roots = kernel.queues.filter(({ root }) => root).map(({ dev, kind }) => `${dev} ${kind}`)
  expect(roots.sort()).toEqual(['lan0 cake', 'wan0 prio'])
})

it('a direction without a speed, and a connection without any, have no queue', async () => {
  const { kernel, service } = await made()
  await service.apply(snapshot({ ...ON, lines: [{ ...LINE, download: null }] }), BOTH)
  expect(kernel.queues.map(({ dev }) => dev)).toEqual(['wan0'])
  await service.apply(snapshot({ ...ON, lines: [{ ...LINE, connection: 'DSL' }] }), BOTH)
  expect(kernel.queues).toEqual([])
  expect(await service.status()).toMatchObject({ connection: 'Internet', state: 'unset', queues: [] })
})

it('the queue of a device that goes comes back with it', async () => {
  const { kernel, service } = await made()
  await service.apply(snapshot(ON), BOTH)
  kernel.queues = kernel.queues.filter(({ dev }) => dev !== 'wan0')
  expect(await service.apply(snapshot(ON), linksOf('lan0'))).toEqual([])
  expect((await service.status()).state).toBe('waiting')
  expect(await service.apply(snapshot(ON), BOTH)).toEqual(['upload held to 9500 kbit/s at wan0'])
})

it('a device that goes between the look and the word is no fault', async () => {
  const { kernel, service } = await made()
  kernel.complaint = (words) => (words.includes('wan0') ? 'Cannot find device "wan0"' : null)
  await service.apply(snapshot(ON), BOTH)
  expect(kernel.log).toEqual([])
  expect(kernel.queues.map(({ dev }) => dev)).toEqual(['lan0', 'lan0', 'lan0'])
})

it.each(['switched off', 'ended'])('%s, nothing of ours stays, and nothing else goes', async (how) => {
  const { kernel, service } = await made()
  const foreign = { kind: 'fq_codel', handle: '8001:', dev: 'eth7', root: true }
  await service.apply(snapshot(ON), BOTH)
  kernel.queues.push(foreign, { kind: 'clsact', handle: 'ffff:', dev: 'eth7', parent: 'ffff:fff1' })
  const others = kernel.queues.slice(-2)
  kernel.told = []
  if (how === 'ended') await service.stop()
  else
    expect(await service.apply(snapshot({ ...ON, enabled: false }), BOTH)).toEqual([
      'lan0 is no longer shaped',
      'wan0 is no longer shaped',
    ])
  expect(kernel.told).toEqual(['qdisc del dev lan0 root', 'qdisc del dev wan0 root'])
  expect(kernel.queues).toEqual(others)
  expect(kernel.shaped).toBe(false)
  kernel.told = []
  await service.apply(snapshot({ ...ON, enabled: false }), BOTH)
  expect(kernel.told).toEqual([])
})

it('what a killed process left goes when shaping is off meanwhile', async () => {
  const { kernel, service } = await made()
  await service.apply(snapshot(ON), BOTH)
  await kernel.service().apply(snapshot({ ...ON, enabled: false }), BOTH)
  expect(kernel.queues).toEqual([])
})

it('a kernel without cake: said in words, nothing is shaped, the settings are taken all the same', async () => {
  const { kernel, service } = await made()
  kernel.complaint = (words) => (words.includes('cake') ? 'Error: Specified qdisc kind is unknown.' : null)
  const problem = 'this kernel has no cake (the modules sch_cake, sch_prio and cls_bpf are needed)'
  expect(await service.apply(snapshot(ON), BOTH)).toEqual([`nothing is shaped: ${problem}`])
  expect(kernel.queues).toEqual([])
  expect(kernel.shaped).toBe(false)
  expect(await service.status()).toEqual({ connection: 'Internet', state: 'failed', problem, queues: [] })
  await service.apply(snapshot(ON), BOTH)
  expect(kernel.log).toEqual([`nothing is shaped: ${problem}`])
  kernel.complaint = null
  await service.apply(snapshot(ON), BOTH)
  expect((await service.status()).problem).toBeNull()
})

it('half a shaping is none: where the second queue cannot be made, the first goes again', async () => {
  const { kernel, service } = await made()
  kernel.complaint = (words) => (words[1] === 'replace' && words.includes('wan0') ? 'Error: no.' : null)
  expect(await service.apply(snapshot(ON), BOTH)).toEqual(['nothing is shaped: tc says: no.'])
  expect(kernel.queues).toEqual([])
})

it('a box without tc: a problem where shaping is on, and none where it is off', async () => {
  const log: string[] = []
  const service = new ShapingService({
    setShaped: () => undefined,
    log: (line) => log.push(line),
    tc: async () => {
      throw Object.assign(new Error('spawn tc ENOENT'), { code: 'ENOENT' })
    },
  })
  expect(await service.apply(snapshot({ ...ON, enabled: false }), BOTH)).toEqual([])
  expect(await service.status()).toMatchObject({ state: 'off', problem: null })
  await service.apply(snapshot(ON), BOTH)
  expect((await service.status()).problem).toBe('the program tc is missing; install the package iproute2')
})

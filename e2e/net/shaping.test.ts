/**
 * What the door tells the queues of a shaped line, seen by queues that every kernel has: htb counts per class what cake would share by.
 * Here stands too what the box says of a kernel without cake.
 */
import path from 'node:path'
import type { Forward, OffloadMode, Shaping, Snapshot } from '@bauta/config'
import { expect, it } from 'vitest'
import { LAN, SERVERS, SERVICES } from '../lab/plan.ts'
import { sleep, until } from '../lab/shell.ts'
import { describeLab } from './harness/lab-test.ts'

const ECHO = { address: SERVERS['echo.example.org'], port: SERVICES.echo }
const TELL_SHAPED = path.join(import.meta.dirname, 'harness/tell-shaped.ts')
const CAPACITY = 4096
const QUESTIONS = 30
/** The last answer over TCP may be acknowledged so late (RFC 1122 allows 500 ms, Linux takes at most 200): it belongs to what was asked. */
const DELAYED_ACK_MS = 250
/** As cake's filter (services/shaping/queues.ts), but for htb: class 1:NUMBER instead of the host NUMBER. */
const MACHINE_IS_CLASS = '4,32 0 0 4294963220,116 0 0 16,68 0 0 65536,22 0 0 0'
/** The last ten bits of the machine's address (192.168.77.11: 267), and one. */
const MACHINES = { lan1: '1:10c', lan2: '1:10d' } as const
const FROM_WAN = 'ba07:2'

describeLab('queues are told whose a packet is', { wan: 'eth', capacity: CAPACITY }, (stage) => {
  const tc = (...words: string[]): string => stage.lab.run('router', ['tc', ...words])
  const tell = (shaped: 0 | 1): void => {
    const table = path.join(stage.lab.record.dataplane.run, 'table')
    stage.lab.run('router', [process.execPath, TELL_SHAPED, table, String(CAPACITY), String(shaped)])
  }
  const apply = async (edit: (snapshot: Snapshot) => unknown): Promise<void> => {
    const { revision, snapshot } = await stage.dataplane.settings()
    edit(snapshot)
    await stage.dataplane.apply({ revision: revision + 1, snapshot })
  }
  const setMode = (mode: OffloadMode): Promise<void> =>
    apply((snapshot) => Object.assign(snapshot.offload, { mode }))
  const layQueues = (): void => {
    tc('qdisc', 'add', 'dev', 'lan0', 'root', 'handle', 'ba07:', 'htb')
    tc('class', 'add', 'dev', 'lan0', 'parent', 'ba07:', 'classid', FROM_WAN, 'htb', 'rate', '1gbit')
    tc('qdisc', 'add', 'dev', 'wan0', 'root', 'handle', '1:', 'htb')
    for (const classid of Object.values(MACHINES))
      tc('class', 'add', 'dev', 'wan0', 'parent', '1:', 'classid', classid, 'htb', 'rate', '1gbit')
    tc('filter', 'add', 'dev', 'wan0', 'parent', '1:', 'protocol', 'all', 'bpf', 'bytecode', MACHINE_IS_CLASS)
  }
  const packetsIn = (device: string, classid: string): number => {
    const said = tc('-s', 'class', 'show', 'dev', device, 'classid', classid)
    return Number(/Sent \d+ bytes (\d+) pkt/.exec(said)![1])
  }
  const counted = () => ({
    lan1: packetsIn('wan0', MACHINES.lan1),
    lan2: packetsIn('wan0', MACHINES.lan2),
    fromWan: packetsIn('lan0', FROM_WAN),
  })
  /** @returns what each class got meanwhile */
  const during = async (work: () => Promise<unknown>) => {
    const before = counted()
    await work()
    await sleep(DELAYED_ACK_MS)
    const after = counted()
    return {
      lan1: after.lan1 - before.lan1,
      lan2: after.lan2 - before.lan2,
      fromWan: after.fromWan - before.fromWan,
    }
  }
  const carriedPackets = async (): Promise<number> =>
    (await stage.dataplane.counters()).paths.find(({ name }) => name === 'door-in-carried')!.packets

  const ask = async (machine: 'lan1' | 'lan2'): Promise<void> => {
    const handle = await stage.on[machine].udpOpen({ localPort: 0 })
    for (let i = 0; i < QUESTIONS; i++)
      expect(await stage.on[machine].udpAsk({ handle, to: ECHO, text: `${i}` })).toBe(`${i}`)
  }
  const talk = async (machine: 'lan1' | 'lan2'): Promise<void> => {
    const handle = await stage.on[machine].tcpOpen({ to: ECHO })
    for (let i = 0; i < QUESTIONS; i++)
      expect(await stage.on[machine].tcpAsk({ handle, text: `${i}` })).toBe(`${i}`)
  }

  it.each(['off', 'on'] as const)('whose it is, and that it came from the WAN, carrying %s', async (mode) => {
    if (mode === 'off') layQueues()
    tell(1)
    await setMode(mode)
    const before = await carriedPackets()
    const udp = await during(() => ask('lan1'))
    expect(udp).toEqual({ lan1: QUESTIONS, lan2: 0, fromWan: QUESTIONS })
    const tcp = await during(() => talk('lan2'))
    expect(tcp.lan1).toBe(0)
    expect(tcp.lan2).toBeGreaterThan(QUESTIONS)
    expect(tcp.fromWan).toBeGreaterThan(QUESTIONS)
    const carried = (await carriedPackets()) - before
    if (mode === 'on') expect(carried).toBeGreaterThan(2 * QUESTIONS)
    else expect(carried).toBe(0)
  })

  it('the box itself is nobody’s: neither what it sends to the household nor what it sends out', async () => {
    const quiet = { lan1: 0, lan2: 0, fromWan: 0 }
    const inward = await during(async () => {
      stage.lab.run('router', ['ping', '-c', '5', '-i', '0.05', LAN.lan1])
      stage.lab.run('lan1', ['ping', '-c', '5', '-i', '0.05', LAN.router])
    })
    expect(inward).toEqual(quiet)
    const outward = await during(async () => {
      stage.lab.run('router', ['ping', '-c', '5', '-i', '0.05', ECHO.address])
    })
    expect(outward).toEqual(quiet)
  })

  it('from machine to machine by the WAN address is not from the WAN', async () => {
    const forward: Forward = {
      ...{ id: 1, enabled: true, comment: '', protocol: 'udp', ports: { from: 7007, to: 7007 } },
      ...{ targets: [{ address: LAN.lan2, turns: 10 }], targetPort: null, source: null },
    }
    await apply((snapshot) => snapshot.forwards.list.push(forward))
    const echo = stage.lab.spawn('lan2', ['socat', 'UDP-LISTEN:7007,fork', 'EXEC:cat'], { stdio: 'ignore' })
    try {
      const handle = await stage.on.lan1.udpOpen({ localPort: 0 })
      const to = { address: stage.wan.address, port: 7007 }
      const answered = () => stage.on.lan1.udpAsk({ handle, to, text: 'hairpin', waitMs: 300 })
      await until('lan2 answers', 5, async () => (await answered()) !== null)
      const inside = await during(async () => {
        for (let i = 0; i < QUESTIONS; i++) expect(await answered()).toBe('hairpin')
      })
      expect(inside).toEqual({ lan1: 0, lan2: 0, fromWan: 0 })
    } finally {
      echo.kill('SIGKILL')
    }
  })

  it('where nothing is shaped, queues of somebody else are told nothing', async () => {
    tell(0)
    for (const mode of ['off', 'on'] as const) {
      await setMode(mode)
      expect(await during(() => ask('lan1'))).toEqual({ lan1: 0, lan2: 0, fromWan: 0 })
    }
  })
})

describeLab('shaping on a kernel without cake', { wan: 'eth' }, (stage) => {
  it('is said in words; packets go on, and so does every other setting', async ({ skip }) => {
    const has = () =>
      stage.lab.run('router', [
        'sh',
        '-c',
        'tc qdisc add dev lo root cake && tc qdisc del dev lo root; echo $?',
      ])
    if (has().trim() === '0') skip('this kernel has cake')
    const { revision, snapshot } = await stage.dataplane.settings()
    const shaping: Shaping = {
      ...{ enabled: true, perMachine: true },
      lines: [{ connection: snapshot.internet.use, download: 20_000, upload: 5000, link: 'ethernet' }],
    }
    const timeouts = { ...snapshot.timeouts, udp: 222 }
    const { actions } = await stage.dataplane.apply({
      revision: revision + 1,
      snapshot: { ...snapshot, shaping, timeouts },
    })
    expect(actions).toContainEqual(expect.stringMatching(/^nothing is shaped: this kernel has no cake/))
    expect(await stage.dataplane.shaping()).toEqual({
      connection: snapshot.internet.use,
      state: 'failed',
      problem: expect.stringMatching(/^this kernel has no cake/),
      queues: [],
    })
    expect(stage.lab.run('router', ['tc', 'qdisc', 'show'])).not.toMatch(/ba0[789]:/)
    const handle = await stage.on.lan1.udpOpen({ localPort: 0 })
    expect(await stage.on.lan1.udpAsk({ handle, to: ECHO, text: 'still there' })).toBe('still there')
    expect((await stage.dataplane.settings()).snapshot).toMatchObject({ shaping, timeouts: { udp: 222 } })
  })
})

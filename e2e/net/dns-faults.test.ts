/**
 * What goes wrong with home routers' DNS, one test for each kind (RFC 5625 and neighbours): D-1 to D-15 of docs/dns.md. The box runs
 * the product; the servers it asks are this test's own (harness/dns-upstream.ts).
 */
import dnsPacket from 'dns-packet'
import { beforeAll, expect, it } from 'vitest'
import { sleep, until } from '../lab/shell.ts'
import { Capture } from './harness/capture.ts'
import {
  addresses,
  applyDns,
  ask,
  BOX,
  decode,
  FIRST,
  query,
  queryOfType,
  RIGHT,
  startUpstreams,
} from './harness/dns-house.ts'
import { TRAP_COUNT } from './harness/dns-upstream.ts'
import { describeLab } from './harness/lab-test.ts'

const LOCAL_NAMES = [
  'localhost',
  'host.localhost',
  'a.invalid',
  'a.test',
  'printer.local',
  'a.onion',
  'nobody.home.arpa',
  '_dns.resolver.arpa',
  'a.internal',
  'tv.lan',
  'tv.home',
  'wpad.corp',
]
const LOCAL_REVERSE = [
  '10.0.0.1',
  '172.16.0.1',
  '172.31.9.9',
  '192.168.1.1',
  '192.168.77.200',
  '100.64.0.1',
  '100.127.1.1',
  '0.1.2.3',
  '127.0.0.53',
  '169.254.7.7',
  '192.0.2.9',
  '198.51.100.200',
  '203.0.113.200',
  '255.255.255.255',
].map((address) => `${address.split('.').reverse().join('.')}.in-addr.arpa`)
const LOCAL_REVERSE_6 = [
  `1.${'0.'.repeat(31)}ip6.arpa`,
  `${'0.'.repeat(32)}ip6.arpa`,
  `1.${'0.'.repeat(28)}0.d.f.ip6.arpa`,
  `1.${'0.'.repeat(27)}0.8.e.f.ip6.arpa`,
  `1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa`,
]

describeLab('DNS', {}, (stage) => {
  const lan = () => stage.on.lan1
  const seen = () => stage.on.isp.dnsSeen({ address: FIRST })

  beforeAll(async () => {
    await startUpstreams(stage)
    await applyDns(stage, { upstreams: [FIRST] })
    await until(
      'DNS answers',
      10,
      async () => addresses(await ask(lan(), 'plain.ready.example'))[0] === RIGHT,
    )
    await seen()
  })

  it('D-1: flags that nobody knows are passed, not refused', async () => {
    expect(await ask(lan(), query('plain.d1.example', { flags: 0x40 }))).toMatchObject({ rcode: 'NOERROR' })
    const [question] = await seen()
    expect(question).toMatchObject({ name: 'plain.d1.example' })
  })

  it.each([65, 257, 52, 65_400, 255, 99])('D-2: type %i is asked for and answered', async (type) => {
    const hex = await lan().dnsAsk({
      server: BOX,
      hex: queryOfType(`plain.t${type}.d2.example`, type).toString('hex'),
    })
    expect(hex).not.toBeNull()
    const bytes = Buffer.from(hex!, 'hex')
    expect({ rcode: bytes[3]! & 15, answers: bytes.readUInt16BE(6) }).toEqual({ rcode: 0, answers: 1 })
    expect(await seen()).toMatchObject([{ type: String(type) }])
  })

  it('D-2: a class that nobody knows is asked for too', async () => {
    const bytes = query('plain.class.d2.example')
    bytes.writeUInt16BE(0xff00, bytes.length - 2)
    expect(await lan().dnsAsk({ server: BOX, hex: bytes.toString('hex') })).not.toBeNull()
    expect(await seen()).toHaveLength(1)
  })

  it('D-3: an answer too long for UDP is marked, and comes whole over TCP', async () => {
    const short = await ask(lan(), query('big.d3.example', { type: 'TXT' }))
    expect(short).toMatchObject({ flag_tc: true, rcode: 'NOERROR' })
    const hex = await lan().dnsAskTcp({
      server: BOX,
      hex: query('big.d3.example', { type: 'TXT' }).toString('hex'),
    })
    const whole = decode(hex!)
    expect(whole.flag_tc).toBe(false)
    expect(hex!.length / 2).toBeGreaterThan(990)
    expect(whole.answers).toHaveLength(1)
  })

  it('D-4: a longer answer comes over UDP to who has room for it, and DO is passed on', async () => {
    await seen()
    const answer = await ask(
      lan(),
      query('big.d4.example', { type: 'TXT', edns: { size: 1232, proof: true } }),
    )
    expect(answer).toMatchObject({ flag_tc: false, rcode: 'NOERROR' })
    expect(answer!.answers).toHaveLength(1)
    const [question] = await seen()
    expect(decode(question!.hex).additionals).toMatchObject([{ type: 'OPT', flag_do: true }])
  })

  it('D-5: CD goes out, AD comes back, TLSA is a type like others', async () => {
    const answer = await ask(
      lan(),
      query('plain.d5.example', { flags: dnsPacket.CHECKING_DISABLED, edns: { size: 1232, proof: true } }),
    )
    expect(answer).toMatchObject({ flag_ad: true, flag_cd: true })
    const [question] = await seen()
    expect(decode(question!.hex)).toMatchObject({ flag_cd: true })
    const tlsa = await lan().dnsAsk({
      server: BOX,
      hex: queryOfType('plain.tlsa.d5.example', 52).toString('hex'),
    })
    expect(Buffer.from(tlsa!, 'hex').readUInt16BE(6)).toBe(1)
  })

  it('D-6: what looks like a pointer inside an unknown record is left alone, and ids stay on their side', async () => {
    await seen()
    const asked = queryOfType('pointers.d6.example', 65_400)
    const hex = await lan().dnsAsk({ server: BOX, hex: asked.toString('hex') })
    expect(hex!.slice(0, 4)).toBe('4242')
    expect(hex).toContain('c00cffffc0ff010203')
    expect((await seen())[0]!.id).not.toBe(0x4242)
  })

  it('D-6: a signature over the message (TSIG) goes through as it came', async () => {
    const tsig = Buffer.concat([
      Buffer.from([3]),
      Buffer.from('key'),
      Buffer.from([0, 0, 250, 0, 255, 0, 0, 0, 0, 0, 16]),
      Buffer.alloc(16, 0xab),
    ])
    const signed = Buffer.concat([query('plain.tsig.d6.example'), tsig])
    signed.writeUInt16BE(1, 10)
    await lan().dnsAsk({ server: BOX, hex: signed.toString('hex'), waitMs: 1500 })
    const [question] = await seen()
    expect(question!.hex).toContain(tsig.toString('hex'))
  })

  it('D-7: every question has its own id and its own port, out of all there are', async () => {
    const questions: { port: number; id: number }[] = []
    for (let i = 0; i < 400; i += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, k) => ask(lan(), `plain.n${i + k}.d7.example`)))
    }
    questions.push(...(await seen()))
    const ports = new Set(questions.map(({ port }) => port))
    const ids = new Set(questions.map(({ id }) => id))
    const below = questions.filter(({ port }) => port < 32_768).length
    const above = questions.filter(({ port }) => port > 60_999).length
    console.log(
      `D-7: ${questions.length} questions, ${ports.size} ports from ${Math.min(...ports)} to ${Math.max(...ports)}, ${ids.size} ids; ${below} below and ${above} above the kernel's own range`,
    )
    expect(questions.length).toBe(400)
    expect(ids.size).toBeGreaterThan(390)
    expect(ports.size).toBeGreaterThan(380)
    // 49 % of the range lie below 32768, 7 % above 60999: four standard deviations are allowed
    expect(below).toBeGreaterThan(156)
    expect(above).toBeGreaterThan(7)
    expect(Math.min(...ports)).toBeGreaterThanOrEqual(1024)
  })

  it('D-8: answers with a wrong id, a wrong question or from elsewhere are not believed', async () => {
    for (let i = 0; i < 10; i++)
      expect(addresses(await ask(lan(), `forged-20.n${i}.d8.example`)), `round ${i}`).toEqual([RIGHT])
  })

  it.each(['10-1-2-3', '192-168-77-11', '172-20-1-1', '127-0-0-1', '169-254-1-1', '0-0-0-0'])(
    'D-9: a public name must not lead into the house: %s',
    async (address) => {
      expect(addresses(await ask(lan(), `house-${address}.d9.example`))).toEqual([])
    },
  )

  it('D-9: but a domain that may, does, and the status tells what was stripped', async () => {
    await applyDns(stage, { upstreams: [FIRST], rebindAllow: ['fair.example'] })
    await expect
      .poll(async () => addresses(await ask(lan(), 'house-10-1-2-3.fair.example')))
      .toEqual(['10.1.2.3'])
    expect((await stage.dataplane.dns()).rebinds.map(({ name }) => name)).toContain(
      'house-10-1-2-3.d9.example',
    )
  })

  it('D-10: from the Internet nobody is answered, over UDP or TCP, at any address of the box', async () => {
    const capture = await Capture.start(stage.lab, 'isp', stage.wan.providerDevice, 'src port 53')
    for (const server of [stage.wan.address, BOX]) {
      expect(
        await stage.on.isp.dnsAsk({ server, hex: query('plain.d10.example').toString('hex'), waitMs: 700 }),
      ).toBeNull()
      expect(
        await stage.on.isp.dnsAskTcp({
          server,
          hex: query('plain.d10.example').toString('hex'),
          waitMs: 700,
        }),
      ).toBeNull()
    }
    expect(capture.packets.length).toBe(0)
    await capture.stop()
  })

  it('D-10: nor a stranger whose packets come in by the LAN', async () => {
    stage.lab.run('lan2', ['ip', 'address', 'add', '203.0.113.200/32', 'dev', 'eth0'])
    const answer = await stage.on.lan2.dnsAsk({
      server: BOX,
      hex: query('plain.stranger.d10.example').toString('hex'),
      waitMs: 700,
      from: '203.0.113.200',
    })
    stage.lab.run('lan2', ['ip', 'address', 'del', '203.0.113.200/32', 'dev', 'eth0'])
    expect(answer).toBeNull()
  })

  it('D-11: 60 idle TCP connections of one machine starve no other, nor that machine itself', async () => {
    const opened = await stage.on.lan2.dnsIdle({ server: BOX, count: 60 })
    const began = performance.now()
    for (const agent of [stage.on.lan1, stage.on.lan2])
      for (let i = 0; i < 10; i++) {
        const hex = await agent.dnsAskTcp({
          server: BOX,
          hex: query(`plain.n${i}.d11.example`).toString('hex'),
        })
        expect(addresses(decode(hex!))).toEqual([RIGHT])
      }
    console.log(
      `D-11: ${opened} idle connections opened; 20 questions over TCP beside them in ${(performance.now() - began).toFixed(0)} ms`,
    )
    await stage.on.lan2.dnsIdleEnd()
  })

  it('D-12: 3,000 datagrams of nonsense later it answers as before', async () => {
    const before = await stage.dataplane.dns()
    let state = 12_345
    const random = () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
      return state >> 8
    }
    const messages = Array.from({ length: 3000 }, () =>
      Buffer.from(Array.from({ length: random() % 600 }, () => random() & 255)).toString('hex'),
    )
    for (let i = 0; i < 3000; i += 500)
      await lan().dnsSend({ server: BOX, messages: messages.slice(i, i + 500) })
    expect(addresses(await ask(lan(), 'plain.d12.example'))).toEqual([RIGHT])
    expect((await stage.dataplane.dns()).pid).toBe(before.pid)
  })

  it('D-13: 10,000 names are kept', async () => {
    await seen()
    const round = async () => {
      await lan().dnsLoadBegin({
        server: BOX,
        names: 'plain.n*.d13.example',
        different: 9500,
        perSecond: 1900,
        seconds: 5,
      })
      return lan().dnsLoadEnd({ now: false })
    }
    const first = await round()
    await seen()
    const second = await round()
    const again = (await seen()).length
    const { cacheSize, evictions } = await stage.dataplane.dns()
    console.log(
      `D-13: first round ${JSON.stringify(first)}; second ${JSON.stringify(second)}; asked again upstream: ${again}; evictions ${evictions}`,
    )
    expect(second.good).toBe(9500)
    expect(cacheSize).toBeGreaterThanOrEqual(10_000)
    expect(again).toBeLessThan(100)
  }, 60_000)

  it('D-13: 1,000 questions may be under way at once', async () => {
    await lan().dnsLoadBegin({ server: BOX, names: 'slow-1500.n*.d13.example', perSecond: 1000, seconds: 1 })
    const report = await lan().dnsLoadEnd({ now: false })
    console.log(`D-13: 1,000 questions that take 1.5 s each: ${JSON.stringify(report)}`)
    expect(report.good).toBe(1000)
  }, 20_000)

  it('D-14: what means something only in the house never leaves it', async () => {
    await seen()
    const names = [...LOCAL_NAMES, ...LOCAL_REVERSE, ...LOCAL_REVERSE_6]
    const capture = await Capture.start(stage.lab, 'isp', stage.wan.providerDevice, 'dst port 53')
    for (const name of names)
      for (const type of ['A', 'AAAA', 'PTR', 'TXT', 'SOA'] as const) {
        const answer = await ask(lan(), query(name.replace(/\.$/, ''), { type }))
        expect(answer?.rcode, `${name} ${type}`).toMatch(/^(NXDOMAIN|NOERROR)$/)
      }
    expect(addresses(await ask(lan(), 'host.localhost'))).toEqual(['127.0.0.1'])
    await ask(lan(), query('just-a-word'))
    await sleep(300)
    expect(await seen()).toEqual([])
    expect(capture.packets.length).toBe(0)
    // the very next question of the Internet does leave: the capture was looking
    expect(addresses(await ask(lan(), 'plain.d14.example'))).toEqual([RIGHT])
    await expect.poll(() => capture.packets.length).toBeGreaterThan(0)
    await capture.stop()
  }, 60_000)

  it('D-15: answers that set traps for parsers do no harm', async () => {
    const { pid } = await stage.dataplane.dns()
    for (let kind = 0; kind < TRAP_COUNT; kind++) {
      const asked = query(`trap-${kind}.d15.example`).toString('hex')
      expect(await lan().dnsAsk({ server: BOX, hex: asked }), `trap ${kind}`).not.toBeNull()
      expect(addresses(await ask(lan(), `plain.after${kind}.d15.example`)), `after trap ${kind}`).toEqual([
        RIGHT,
      ])
    }
    expect((await stage.dataplane.dns()).pid).toBe(pid)
  }, 60_000)

  it('D-15: nor do such questions', async () => {
    const head = [0x42, 0x42, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    const traps = [
      [...head, 0xc0, 12, 0, 1, 0, 1],
      [...head, 64, ...Array<number>(64).fill(97), 0, 0, 1, 0, 1],
      [
        ...head,
        ...Array.from({ length: 6 }, () => [60, ...Array<number>(60).fill(97)]).flat(),
        0,
        0,
        1,
        0,
        1,
      ],
      [...head, 9, 97, 97],
      [...head, 1, 97],
      [...head.with(5, 2), 1, 97, 0, 0, 1, 0, 1, 1, 98, 0, 0, 1, 0, 1],
      [...head.with(7, 9), 1, 97, 0, 0, 1, 0, 1],
      [...head.with(11, 200), 1, 97, 0, 0, 1, 0, 1],
      head.slice(0, 11),
      [],
    ]
    for (const trap of traps) {
      const answer = await lan().dnsAsk({ server: BOX, hex: Buffer.from(trap).toString('hex'), waitMs: 200 })
      if (answer) expect(Buffer.from(answer, 'hex')[3]! & 15).not.toBe(0)
    }
    expect(addresses(await ask(lan(), 'plain.d15q.example'))).toEqual([RIGHT])
  })

  it('100,000 forged answers: none is believed', async () => {
    await applyDns(stage, { upstreams: [FIRST], cacheSize: 0 })
    const began = performance.now()
    let sent = 0
    for (let i = 0; i < 10; i++) {
      const asking = ask(lan(), `slow-900.n${i}.forged.example`)
      await sleep(60)
      const name = `slow-900.n${i}.forged.example`
      const asked = (await seen()).find((question) => question.name === name)!
      const flood = { from: FIRST, to: stage.wan.address, notId: asked.id, name, count: 5000 }
      // the right port with all ids but the right one, and other ports with all ids
      sent += await stage.on.isp.dnsForge({ ...flood, ports: [asked.port] })
      const others = Array.from({ length: 64 }, (_, k) => 1024 + ((asked.port - 1023 + k * 997) % 64_512))
      sent += await stage.on.isp.dnsForge({ ...flood, ports: others })
      expect(addresses(await asking)).toEqual([RIGHT])
    }
    console.log(
      `${sent} forged answers in ${((performance.now() - began) / 1000).toFixed(1)} s: none believed`,
    )
    expect(sent).toBe(100_000)
  }, 60_000)
})

/** The front before a resolver that is a few lines long. Everything on the loopback. */
import dgram from 'node:dgram'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import dnsPacket from 'dns-packet'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Front } from './front.ts'
import { counterPlace, FRONT_COUNTERS, type FrontSettings } from './front-protocol.ts'
import { framed, PER_CLIENT } from './front-tcp.ts'

let folder: string
let front: Front
let port: number
let resolver: dgram.Socket
let settings: FrontSettings
const counters = new Float64Array(FRONT_COUNTERS.length)
/** What the resolver was asked. */
let seen: Buffer[]
let answer: (query: Buffer) => Buffer | null

const query = (name: string, id = 7, type: dnsPacket.RecordType = 'A') =>
  dnsPacket.encode({ type: 'query', id, flags: dnsPacket.RECURSION_DESIRED, questions: [{ type, name }] })
const answered = (message: Buffer, address = '10.1.1.1') => {
  const { id, questions } = dnsPacket.decode(message)
  const name = questions![0]!.name
  return dnsPacket.encode({
    type: 'response',
    id,
    questions,
    answers: [{ type: 'A', name, ttl: 1, data: address }],
  })
}

async function startResolver(at = 0): Promise<void> {
  resolver = dgram.createSocket('udp4')
  resolver.on('message', (message, { port, address }) => {
    seen.push(message)
    const reply = answer(message)
    if (reply) resolver.send(reply, port, address)
  })
  await new Promise<void>((resolve) => resolver.bind(at, '127.0.0.1', resolve))
}

/** @returns the answer, decoded; null when there is none in time */
function ask(message: Uint8Array, waitMs = 1000): Promise<dnsPacket.DecodedPacket | null> {
  const socket = dgram.createSocket('udp4')
  return new Promise((resolve) => {
    const finish = (reply: dnsPacket.DecodedPacket | null) => {
      clearTimeout(timer)
      socket.close()
      resolve(reply)
    }
    const timer = setTimeout(() => finish(null), waitMs)
    socket.on('message', (reply) => finish(dnsPacket.decode(reply)))
    socket.send(message, port, '127.0.0.1')
  })
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bauta-front-'))
  seen = []
  answer = answered
  counters.fill(0)
  await startResolver()
  port = await freePort()
  settings = {
    listen: ['127.0.0.1'],
    clients: [],
    resolver: { address: '127.0.0.1', port: resolver.address().port },
    spared: [],
    lists: [],
  }
  front = new Front({ port, counters, random: () => 4 })
  expect(await front.apply(settings)).toEqual({ problems: [], names: [] })
})
afterEach(async () => {
  await front.stop()
  resolver.close()
  rmSync(folder, { recursive: true })
})

/** One that is free for UDP and TCP. */
async function freePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const list = (name: string, names: string[]) => {
  const file = join(folder, name)
  writeFileSync(file, `${names.join('\n')}\n`)
  return { file, version: String(names.length) }
}

describe('a question', () => {
  it('comes to the resolver as it was but for its id, and its answer likewise', async () => {
    const message = query('Mixed.Case.Example', 99)
    expect(await ask(message)).toMatchObject({ id: 99, answers: [{ data: '10.1.1.1' }] })
    expect(seen[0]!.subarray(2)).toEqual(message.subarray(2))
    expect(seen[0]!.readUInt16BE(0)).not.toBe(99)
  })

  it('of a stranger is not answered at all', async () => {
    let replied = false
    front.ask(query('a.example'), {
      client: '203.0.113.9',
      key: null,
      stream: false,
      reply: () => (replied = true),
    })
    expect(replied).toBe(false)
    expect(seen).toHaveLength(0)
    expect(counters[counterPlace('refused')]).toBe(1)
  })

  it('about the server itself is refused; one that is none gets FORMERR', async () => {
    const chaos = dnsPacket.encode({
      type: 'query',
      id: 1,
      questions: [{ type: 'TXT', class: 'CH', name: 'version.bind' }],
    })
    expect(await ask(chaos)).toMatchObject({ rcode: 'REFUSED' })
    expect(await ask(Buffer.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1]))).toMatchObject({
      rcode: 'FORMERR',
    })
  })

  it('is not lost while the resolver is away', async () => {
    const at = resolver.address().port
    resolver.close()
    const asked = ask(query('patient.example'), 4000)
    await new Promise((resolve) => setTimeout(resolve, 700))
    await startResolver(at)
    const again = performance.now()
    expect(await asked).toMatchObject({ answers: [{ data: '10.1.1.1' }] })
    expect(performance.now() - again).toBeLessThan(250)
  })

  it('that nobody answers is told so before a stub resolver gives up', async () => {
    answer = () => null
    const began = performance.now()
    expect(await ask(query('silent.example'), 6000)).toMatchObject({ rcode: 'SERVFAIL' })
    expect(performance.now() - began).toBeLessThan(5000)
    expect(seen).toHaveLength(4)
  }, 10_000)
})

describe('a blocked name', () => {
  it('does not exist, with all below it; spared names do, and those below them', async () => {
    const lists = [list('a', ['ads.example', 'evil.example']), list('b', ['evil.example'])]
    expect(await front.apply({ ...settings, lists, spared: ['good.ads.example'] })).toEqual({
      problems: [],
      names: [2, 1],
    })
    expect(await ask(query('X.ADS.example'))).toMatchObject({ rcode: 'NXDOMAIN' })
    expect(await ask(query('a.good.ads.example'))).toMatchObject({ rcode: 'NOERROR' })
    expect(front.why('www.evil.example')).toEqual({
      blocked: { domain: 'evil.example', lists: [0, 1] },
      spared: false,
    })
    expect(front.why('good.ads.example')).toMatchObject({ blocked: { lists: [0] }, spared: true })
    expect(counters[counterPlace('blocked')]).toBe(1)
  })

  it('of a list that cannot be read is told, and the other lists hold', async () => {
    const lists = [{ file: join(folder, 'none'), version: '1' }, list('b', ['evil.example'])]
    const { problems } = await front.apply({ ...settings, lists })
    expect(problems).toMatchObject([expect.stringMatching(/none cannot be read/)])
    expect(await ask(query('evil.example'))).toMatchObject({ rcode: 'NXDOMAIN' })
  })
})

describe('an address', () => {
  it('that is taken, or not there, is told in words', async () => {
    const other = new Front({ port, random: () => 4 })
    const { problems } = await other.apply({ ...settings, listen: ['127.0.0.1', '192.0.2.1'] })
    await other.stop()
    expect(problems).toContainEqual(expect.stringMatching(/another program .* 127\.0\.0\.1/))
    expect(problems).toContainEqual(expect.stringMatching(/does not have the address 192\.0\.2\.1/))
  })
})

describe('over TCP', () => {
  const open = () =>
    new Promise<net.Socket>((resolve, reject) => {
      const socket = net.connect(port, '127.0.0.1', () => resolve(socket))
      socket.once('error', reject)
    })
  const nextAnswers = (socket: net.Socket, count: number) =>
    new Promise<dnsPacket.DecodedPacket[]>((resolve) => {
      let bytes = Buffer.alloc(0)
      const found: dnsPacket.DecodedPacket[] = []
      socket.on('data', (piece) => {
        bytes = Buffer.concat([bytes, piece])
        while (bytes.length > 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) {
          found.push(dnsPacket.decode(bytes.subarray(2, 2 + bytes.readUInt16BE(0))))
          bytes = bytes.subarray(2 + bytes.readUInt16BE(0))
        }
        if (found.length === count) resolve(found)
      })
    })

  it('several questions may share a connection, and come in any pieces', async () => {
    const socket = await open()
    const bytes = Buffer.concat([framed(query('a.example', 1)), framed(query('b.example', 2))])
    const answers = nextAnswers(socket, 2)
    for (const byte of bytes) {
      socket.write(Buffer.from([byte]))
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect((await answers).map(({ id }) => id).sort()).toEqual([1, 2])
    socket.destroy()
  })

  it('more idle connections of one machine than it may have end the oldest, and the newest is served', async () => {
    const idle: net.Socket[] = []
    for (let i = 0; i < PER_CLIENT; i++) idle.push(await open())
    const ended = new Promise((resolve) => idle[0]!.once('close', resolve))
    const late = await open()
    const answers = nextAnswers(late, 1)
    late.write(framed(query('late.example')))
    expect(await answers).toMatchObject([{ answers: [{ data: '10.1.1.1' }] }])
    await ended
    for (const socket of [...idle, late]) socket.destroy()
  })

  it('a machine that asks and never reads the answers is not asked for any more', async () => {
    const long = Buffer.alloc(32_000)
    answer = (message) =>
      Buffer.concat([message.subarray(0, 2), Buffer.from([0x81]), message.subarray(3), long])
    const socket = await open()
    socket.pause()
    const asked = 2000
    socket.write(Buffer.concat(Array.from({ length: asked }, (_, i) => framed(query('long.example', i)))))
    let before = -1
    for (let i = 0; i < 40 && before !== seen.length; i++) {
      before = seen.length
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    // All would be 64 MB; what the kernel holds for a connection is some 10 MB.
    expect(seen.length).toBeGreaterThan(10)
    expect(seen.length).toBeLessThan(800)
    const answers = new Promise<number>((resolve) => {
      let bytes = 0
      socket.on('data', (piece) => {
        bytes += piece.length
        if (seen.length === asked) resolve(bytes)
      })
    })
    socket.resume()
    expect(await answers).toBeGreaterThan(0)
    socket.destroy()
  }, 30_000)

  it('an answer that UDP cut short is fetched whole', async () => {
    answer = (message) => {
      const short = answered(message)
      short[2]! |= 2
      return short
    }
    const whole = net.createServer((socket) =>
      socket.on('data', (piece) => socket.write(framed(answered(piece.subarray(2), '10.9.9.9')))),
    )
    await new Promise<void>((resolve) => whole.listen(resolver.address().port, '127.0.0.1', resolve))
    const socket = await open()
    const answers = nextAnswers(socket, 1)
    socket.write(framed(query('long.example', 5)))
    expect(await answers).toMatchObject([{ id: 5, flag_tc: false, answers: [{ data: '10.9.9.9' }] }])
    socket.destroy()
    whole.close()
  })
})

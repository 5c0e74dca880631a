/**
 * dnsmasq's own counters. It answers TXT questions of class CHAOS below `bind.` with them (its manual, “cache statistics”).
 */
import dgram from 'node:dgram'
import dnsPacket from 'dns-packet'

export interface DnsStats {
  cacheSize: number
  insertions: number
  evictions: number
  hits: number
  misses: number
  authoritative: number
  upstreams: { server: string; sent: number; failed: number }[]
}

const NAMES = [
  'cachesize.bind',
  'insertions.bind',
  'evictions.bind',
  'hits.bind',
  'misses.bind',
  'auth.bind',
  'servers.bind',
] as const

/** Questions of one round, each counted as a hit by dnsmasq. */
export const QUESTIONS_PER_ROUND = NAMES.length

/**
 * Asks for all counters in one go.
 * @throws Error when dnsmasq does not answer within `timeoutMs`
 */
export async function readStats(address = '127.0.0.1', port = 53, timeoutMs = 1000): Promise<DnsStats> {
  const texts = await askChaos(address, port, timeoutMs)
  const number = (name: (typeof NAMES)[number]) => Number(texts.get(name)?.[0] ?? 0)
  return {
    cacheSize: number('cachesize.bind'),
    insertions: number('insertions.bind'),
    evictions: number('evictions.bind'),
    hits: number('hits.bind'),
    misses: number('misses.bind'),
    authoritative: number('auth.bind'),
    upstreams: (texts.get('servers.bind') ?? []).map(parseServer),
  }
}

/** `9.9.9.9#53 12 1`: server, queries sent, queries that failed */
function parseServer(text: string): DnsStats['upstreams'][number] {
  const [server = '', sent, failed] = text.split(' ')
  return { server: server.replace('#', ':').replace(/:53$/, ''), sent: Number(sent), failed: Number(failed) }
}

function askChaos(address: string, port: number, timeoutMs: number): Promise<Map<string, string[]>> {
  return new Promise((resolve, reject) => {
    const socket = dgram.createSocket('udp4')
    const answers = new Map<string, string[]>()
    let done = false
    const finish = (error?: Error) => {
      if (done) return
      done = true
      clearTimeout(timer)
      socket.close()
      if (error) reject(error)
      else resolve(answers)
    }
    const timer = setTimeout(
      () => finish(new Error(`dnsmasq gave no counters within ${timeoutMs} ms`)),
      timeoutMs,
    )
    socket.on('error', finish)
    socket.on('message', (message) => {
      const packet = decoded(message)
      const name = packet?.questions?.[0]?.name
      if (name) answers.set(name, (packet?.answers ?? []).flatMap(textsOf))
      if (answers.size === NAMES.length) finish()
    })
    // A connected socket sends in order; with an address to look up each time it would not.
    socket.connect(port, address, () => {
      NAMES.forEach((name, id) => {
        socket.send(dnsPacket.encode({ type: 'query', id, questions: [{ type: 'TXT', class: 'CH', name }] }))
      })
    })
  })
}

/** @returns null for what is no DNS packet: whatever holds the port, it must not end the dataplane */
function decoded(message: Buffer): dnsPacket.DecodedPacket | null {
  try {
    return dnsPacket.decode(message)
  } catch {
    return null
  }
}

function textsOf(answer: dnsPacket.Answer): string[] {
  if (answer.type !== 'TXT') return []
  return [answer.data].flat().map(String)
}

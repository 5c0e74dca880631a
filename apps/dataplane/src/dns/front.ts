/**
 * The front: what listens on port 53 of the home network, before the resolver (dnsmasq) on the loopback.
 *
 *   machine ──UDP, TCP──▶ front ──UDP──▶ dnsmasq ──▶ other servers
 *                           └──TCP──▶ (answers that UDP cuts short)
 *
 * It is there for what a household notices and dnsmasq alone does not do:
 *  - a change never loses a question: dnsmasq may be started again, told new servers, or killed, while the questions under way
 *    wait here and are handed over again (pending.ts);
 *  - blocklists change without emptying dnsmasq's cache and without a pause: a new table is built aside and put in place at once;
 *  - machines that open TCP connections and say nothing take no place that another needs (front-tcp.ts); dnsmasq alone stops
 *    answering TCP at the twentieth.
 *
 * A message passes as it came but for its id, which is the front's own between here and dnsmasq. What the front answers itself:
 * REFUSED to questions about the server (class CHAOS), FORMERR where there is no one question to read, NXDOMAIN for a blocked
 * name, SERVFAIL when nobody answered in time or too many questions are under way. Who is not of the home network hears nothing.
 */
import dgram from 'node:dgram'
import { BlockList } from 'node:net'
import { readNames } from './block-names.ts'
import { BlockTable } from './block-table.ts'
import {
  type Blocked,
  counterPlace,
  FRONT_COUNTERS,
  type FrontCounter,
  type FrontSettings,
} from './front-protocol.ts'
import { TcpListener } from './front-tcp.ts'
import {
  bareAnswer,
  blockedAnswer,
  CLASS_CHAOS,
  idOf,
  isQuery,
  isTruncated,
  RCODE,
  readQuestion,
  setId,
} from './message.ts'
import { type Asker, type Pending, PendingTable } from './pending.ts'
import { TcpRelay } from './tcp-relay.ts'

const PORT = 53
const LOOK_MS = 50
/** Room for a burst while the thread is busy; the kernel gives what its own limit allows. */
const RECEIVE_BUFFER = 1 << 20

export interface FrontOptions {
  port?: number
  /** Of FRONT_COUNTERS. */
  counters?: Float64Array
  /** 32 random bits. */
  random: () => number
}

export class Front {
  readonly #options: FrontOptions
  readonly #counters: Float64Array
  readonly #pending: PendingTable
  readonly #udp = new Map<string, dgram.Socket>()
  readonly #tcp = new Map<string, TcpListener>()
  readonly #relay: TcpRelay
  readonly #timer: NodeJS.Timeout
  #resolver: dgram.Socket | null = null
  #resolverIs = ''
  /** The resolver's port refused the last packet. */
  #away = false
  #clients = new BlockList()
  #spared = new Set<string>()
  #blocked: BlockTable
  #listsAre = ''
  #names: number[] = []

  constructor(options: FrontOptions) {
    this.#options = options
    this.#counters = options.counters ?? new Float64Array(FRONT_COUNTERS.length)
    this.#pending = new PendingTable(options.random())
    this.#blocked = new BlockTable(options.random())
    this.#relay = new TcpRelay()
    this.#timer = setInterval(() => this.#look(), LOOK_MS)
  }

  /** @returns what could not be done, in words, and how many names each list has that could be read */
  async apply(settings: FrontSettings): Promise<{ problems: string[]; names: number[] }> {
    this.#clients = new BlockList()
    this.#clients.addSubnet('127.0.0.0', 8)
    for (const client of settings.clients) {
      const [network = '', bits] = client.split('/')
      this.#clients.addSubnet(network, Number(bits))
    }
    this.#spared = new Set(settings.spared)
    await this.#face(settings.resolver)
    const problems = await this.#listen(settings.listen)
    const lists = await this.#readLists(settings.lists)
    return { problems: [...problems, ...lists.problems], names: lists.names }
  }

  why(name: string): { blocked: Blocked | null; spared: boolean } {
    return { blocked: this.#blocked.blockedBy(name), spared: this.#isSpared(name) }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#resolver?.close()
    for (const socket of this.#udp.values()) socket.close()
    for (const listener of this.#tcp.values()) listener.stop()
  }

  #count(name: FrontCounter): void {
    this.#counters[counterPlace(name)]!++
  }

  /** A question from anywhere. Strangers get no answer, not even a refusal: it could be aimed at somebody. */
  ask(query: Uint8Array, asker: Asker): void {
    if (!isQuery(query)) return
    this.#count('queries')
    if (asker.stream) this.#count('tcp')
    if (!this.#clients.check(asker.client)) this.#count('refused')
    else {
      const answer = this.#answerHere(query, asker)
      if (answer) asker.reply(answer)
    }
  }

  /** @returns the front's own answer; null when the resolver has the question now */
  #answerHere(query: Uint8Array, asker: Asker): Uint8Array | null {
    const question = readQuestion(query)
    if (!question) {
      this.#count('malformed')
      return bareAnswer(query, null, RCODE.format)
    }
    if (question.class === CLASS_CHAOS) return bareAnswer(query, question, RCODE.refused)
    if (this.#isBlocked(question.name)) {
      this.#count('blocked')
      return blockedAnswer(query, question)
    }
    const entry = this.#pending.add(asker, query, question, performance.now())
    if (entry === 'repeated') return null
    if (entry === 'crowded') {
      this.#count('crowded')
      return bareAnswer(query, question, RCODE.failure)
    }
    this.#handOver(entry)
    return null
  }

  #isBlocked(name: string): boolean {
    return this.#blocked.size > 0 && this.#blocked.blockedBy(name) !== null && !this.#isSpared(name)
  }

  #isSpared(name: string): boolean {
    for (let start = 0; ; ) {
      if (this.#spared.has(name.slice(start))) return true
      const dot = name.indexOf('.', start)
      if (dot < 0) return false
      start = dot + 1
    }
  }

  #handOver({ id, query }: Pending): void {
    const message = Buffer.from(query)
    setId(message, id)
    this.#resolver?.send(message, (error) => {
      if (error) this.#away = true
    })
  }

  #answered(answer: Buffer): void {
    if (answer.length < 12) return
    if (this.#away) {
      // It is back: what it was handed before it went is handed to it again.
      this.#away = false
      for (const entry of this.#pending.all()) this.#handOver(entry)
    }
    const entry = this.#pending.take(idOf(answer))
    if (!entry) return
    const { asker, query, question } = entry
    if ((answer[3]! & 15) === RCODE.refused && !asker.client.startsWith('127.')) this.#count('unmet')
    if ((answer[3]! & 15) === RCODE.failure) this.#count('failed')
    if (asker.stream && isTruncated(answer)) {
      this.#relay.ask(query, asker.client).then(
        (whole) => asker.reply(whole),
        () => {
          this.#count('failed')
          asker.reply(bareAnswer(query, question, RCODE.failure))
        },
      )
      return
    }
    setId(answer, idOf(query))
    asker.reply(answer)
  }

  #look(): void {
    if (this.#pending.size === 0) return
    const { again, failed } = this.#pending.look(performance.now(), this.#away)
    for (const entry of again) this.#handOver(entry)
    for (const { asker, query, question } of failed) {
      this.#count('failed')
      asker.reply(bareAnswer(query, question, RCODE.failure))
    }
  }

  /** A connected socket takes packets of the resolver only, and learns when nobody listens there. */
  async #face({ address, port }: FrontSettings['resolver']): Promise<void> {
    this.#relay.to(address, port)
    if (this.#resolverIs === `${address}:${port}`) return
    this.#resolverIs = `${address}:${port}`
    const socket = dgram.createSocket('udp4')
    socket.on('error', () => {
      this.#away = true
    })
    socket.on('message', (answer) => this.#answered(answer))
    await new Promise<void>((resolve) => socket.connect(port, address, resolve))
    roomFor(socket)
    this.#resolver?.close()
    this.#resolver = socket
    for (const entry of this.#pending.all()) this.#handOver(entry)
  }

  async #listen(addresses: string[]): Promise<string[]> {
    const wanted = new Set(addresses)
    for (const [address, socket] of this.#udp)
      if (!wanted.has(address)) {
        socket.close()
        this.#udp.delete(address)
      }
    for (const [address, listener] of this.#tcp)
      if (!wanted.has(address)) {
        listener.stop()
        this.#tcp.delete(address)
      }
    const opened = await Promise.all(
      [...wanted].flatMap((address) => [this.#openUdp(address), this.#openTcp(address)]),
    )
    return opened.filter((problem) => problem !== null)
  }

  async #openUdp(address: string): Promise<string | null> {
    if (this.#udp.has(address)) return null
    const socket = dgram.createSocket('udp4')
    const problem = await new Promise<string | null>((resolve) => {
      socket.once('error', (error) => resolve(words(error as NodeJS.ErrnoException, address, 'UDP')))
      socket.bind({ address, port: this.#options.port ?? PORT, exclusive: true }, () => resolve(null))
    })
    if (problem !== null) {
      socket.close()
      return problem
    }
    // what an answer runs into (“nobody listens there any more”) is no concern of the next question
    socket.on('error', () => undefined)
    socket.on('message', (query, from) =>
      this.ask(query, {
        client: from.address,
        key: `${from.address}:${from.port}:${query.length > 1 ? idOf(query) : 0}`,
        stream: false,
        reply: (answer) => socket.send(answer, from.port, from.address, () => undefined),
      }),
    )
    roomFor(socket)
    this.#udp.set(address, socket)
    return null
  }

  async #openTcp(address: string): Promise<string | null> {
    if (this.#tcp.has(address)) return null
    const listener = new TcpListener({
      admits: (client) => this.#clients.check(client),
      ask: (query, asker) => this.ask(query, asker),
    })
    try {
      await listener.listen(address, this.#options.port ?? PORT)
      this.#tcp.set(address, listener)
      return null
    } catch (error) {
      return words(error as NodeJS.ErrnoException, address, 'TCP')
    }
  }

  /** Builds a new table aside, giving way to questions meanwhile, and puts it in place. */
  async #readLists(lists: FrontSettings['lists']): Promise<{ problems: string[]; names: number[] }> {
    const are = JSON.stringify(lists)
    if (are === this.#listsAre) return { problems: [], names: this.#names }
    const table = new BlockTable(this.#options.random())
    const problems: string[] = []
    const names: number[] = []
    for (const [number, { file }] of lists.entries()) {
      try {
        names.push(await readNames(file, (name) => table.add(name, number)))
      } catch (error) {
        names.push(0)
        problems.push(`the blocklist kept in ${file} cannot be read: ${(error as Error).message}`)
      }
    }
    this.#blocked = table
    this.#names = names
    this.#listsAre = problems.length > 0 ? '' : are
    return { problems, names }
  }
}

/** Only possible once the socket has a file descriptor; a smaller buffer is no reason to fail. */
function roomFor(socket: dgram.Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER)
  } catch {
    // the kernel's default then
  }
}

function words(error: NodeJS.ErrnoException, address: string, protocol: string): string {
  if (error.code === 'EADDRINUSE')
    return `another program on this machine already serves DNS on ${address} (${protocol}); switch it off, or DNS forwarding here`
  if (error.code === 'EADDRNOTAVAIL') return `the box does not have the address ${address} yet`
  return `DNS cannot be served on ${address} (${protocol}): ${error.message}`
}

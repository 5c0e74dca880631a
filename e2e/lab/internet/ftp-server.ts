/**
 * A small FTP server (RFC 959), passive mode: enough for real clients to log in, list and fetch.
 * Files are named after their length (`1048576.bin`) and filled with content.ts. EPSV (RFC 2428) is refused on purpose: clients
 * then fall back to PASV, whose answer carries an address inside the payload, which is what makes FTP hard for a router.
 */

import { once } from 'node:events'
import net from 'node:net'
import { sendContent } from './send-content.ts'

const FILES = [1024, 1_048_576, 52_428_800]

export function ftpServer(): net.Server {
  return net.createServer((socket) => {
    socket.on('error', () => socket.destroy())
    new Session(socket).begin()
  })
}

type Transfer = (data: net.Socket) => Promise<void>

class Session {
  readonly #control: net.Socket
  #passive: net.Server | null = null
  #accepted: Promise<net.Socket> | null = null
  #pending = ''
  #queue: Promise<void> = Promise.resolve()

  constructor(control: net.Socket) {
    this.#control = control
  }

  begin(): void {
    this.#control.setEncoding('latin1')
    this.#control.on('data', (text: string) => this.#take(text))
    this.#control.on('close', () => this.#passive?.close())
    this.#reply('220 small Internet, FTP')
  }

  #take(text: string): void {
    const lines = (this.#pending + text).split('\r\n')
    this.#pending = lines.pop()!
    for (const line of lines)
      this.#queue = this.#queue.then(() => this.#obey(line)).catch(() => void this.#control.destroy())
  }

  async #obey(line: string): Promise<void> {
    const [verb = '', ...words] = line.split(' ')
    const argument = words.join(' ')
    switch (verb.toUpperCase()) {
      case 'USER':
        return this.#reply('331 any password will do')
      case 'PASS':
        return this.#reply('230 logged in')
      case 'SYST':
        return this.#reply('215 UNIX Type: L8')
      case 'PWD':
        return this.#reply('257 "/" is the only directory')
      case 'CWD':
      case 'TYPE':
      case 'NOOP':
        return this.#reply('200 as you like')
      case 'SIZE':
        return this.#withFile(argument, async (length) => this.#reply(`213 ${length}`))
      case 'PASV':
        return this.#enterPassive()
      case 'LIST':
      case 'NLST':
        return this.#transfer(async (data) => void data.write(listing(verb.toUpperCase() === 'LIST')))
      case 'RETR':
        return this.#withFile(argument, (length) => this.#transfer((data) => sendContent(data, length)))
      case 'QUIT':
        this.#reply('221 goodbye')
        this.#control.end()
        return
      default:
        return this.#reply(`502 ${verb} is not known here`)
    }
  }

  async #enterPassive(): Promise<void> {
    this.#passive?.close()
    const server = net.createServer()
    this.#passive = server
    this.#accepted = once(server, 'connection').then(([socket]) => socket as net.Socket)
    server.listen(0, this.#control.localAddress)
    await once(server, 'listening')
    const { address, port } = server.address() as net.AddressInfo
    this.#reply(`227 Entering Passive Mode (${address.replaceAll('.', ',')},${port >> 8},${port & 255})`)
  }

  async #transfer(send: Transfer): Promise<void> {
    if (!this.#accepted) return this.#reply('425 say PASV first')
    this.#reply('150 here it comes')
    const data = await this.#accepted
    data.on('error', () => data.destroy())
    await send(data)
    data.end()
    this.#passive?.close()
    this.#accepted = null
    this.#reply('226 that was all')
  }

  async #withFile(name: string, use: (length: number) => Promise<void>): Promise<void> {
    const found = /^\/?(\d{1,10})\.bin$/.exec(name)
    return found
      ? use(Number(found[1]))
      : this.#reply('550 files here are named after their length: 1024.bin')
  }

  #reply(text: string): void {
    this.#control.write(`${text}\r\n`)
  }
}

function listing(long: boolean): string {
  const line = (length: number) =>
    long ? `-r--r--r-- 1 ftp ftp ${length} Jan 01 2000 ${length}.bin` : `${length}.bin`
  return FILES.map((length) => `${line(length)}\r\n`).join('')
}

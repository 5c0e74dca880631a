/**
 * ICQ (versions 2 to 5): with its login a client tells the server its address and a TCP port, at which other people's
 * clients may reach it for messages, chat and files. The server hands both on.
 */
import { read32, write32 } from '@bauta/packet'
import { icqCheck4, icqCipher4, icqCipher5, littleEndian } from './icq-cipher.ts'

const LOGIN = 0x03e8
/** Longer ones are no login. */
const LONGEST = 512

/** Where the command stands, and where its parameters begin. */
const LAYOUT = [null, null, [2, 10], [2, 16], [6, 20], [14, 24]] as const

export class IcqLogin {
  /** The datagram as it is meant, nothing hidden; a copy. */
  #plain = new Uint8Array(0)
  #version = 0
  #portAt = 0
  #addressAt = 0

  /** @returns whether this is a login, readable and whole */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    if (to - from < 24 || to - from > LONGEST || bytes[from + 1] !== 0) return false
    const version = bytes[from]!
    const layout = LAYOUT[version]
    if (!layout) return false
    this.#version = version
    this.#plain = bytes.slice(from, to)
    this.#hide()
    const [command, parameters] = layout
    if (small(this.#plain, command) !== LOGIN) return false
    // Since version 3 the time comes first.
    this.#portAt = parameters + (version === 2 ? 0 : 4)
    if (this.#portAt + 6 > this.#plain.length) return false
    const password = small(this.#plain, this.#portAt + 4)
    this.#addressAt = this.#portAt + 6 + password + 4
    return this.#addressAt + 4 <= this.#plain.length && small(this.#plain, this.#portAt + 2) === 0
  }

  get port(): number {
    return small(this.#plain, this.#portAt)
  }

  /** Whether the address is this one, in either order of bytes: clients differed. @param address signed */
  saysAddress(address: number): boolean {
    const { littleEnd, bigEnd } = this.#address
    return littleEnd === address || bigEnd === address
  }

  /** @returns the whole datagram with another address and port, hidden again as it was */
  write(address: number, port: number, was: number): Uint8Array {
    const plain = this.#plain
    plain[this.#portAt] = port
    plain[this.#portAt + 1] = port >>> 8
    if (this.#address.bigEnd === was) write32(plain, this.#addressAt, address)
    else for (let i = 0; i < 4; i++) plain[this.#addressAt + i] = address >>> (8 * i)
    if (this.#version === 4) icqCheck4(plain)
    this.#hide()
    return plain
  }

  get #address(): { littleEnd: number; bigEnd: number } {
    return {
      littleEnd: littleEndian(this.#plain, this.#addressAt),
      bigEnd: read32(this.#plain, this.#addressAt) | 0,
    }
  }

  #hide(): void {
    if (this.#version === 4) icqCipher4(this.#plain)
    if (this.#version === 5) icqCipher5(this.#plain)
  }
}

function small(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8)
}

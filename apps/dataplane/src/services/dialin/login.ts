/**
 * How a caller says who it is where the protocol has no words for it: in text, before SLIP begins, as servers of its time asked. Bytes of
 * the line in, bytes for the line out; no clock, no file, no line.
 *
 *   name ─▶ password ─▶ let in
 *     ▲        │
 *     └────────┴─ wrong: a pause, and from the beginning; the third time hung up
 *
 * What comes from a telephone is not what somebody typed: modems leave noise, and callers end a line with CR, LF, both, or CR NUL. Names are
 * ASCII, so whatever else stands before or in them is noise and left out; of a password only control characters are.
 */
export interface LoginOptions {
  /** Never tells why not: whoever tries should not learn which names there are. */
  isAccount: (name: string, password: Buffer) => boolean
  /** The last line of text, by which a script of the caller's knows that SLIP begins. */
  begin: string
}

/** What is to be done next. */
export interface LoginStep {
  say: string
  /** `wait`: the caller's turn; `pause`: go on with `ask` after a while, whatever is said meanwhile */
  next: 'wait' | 'pause' | 'in' | 'hang up'
}

/** @param ppp the caller began with PPP, and will not answer */
export type LoginEnd = { in: string } | { refused: string } | { ppp: true }

export const LOGIN_TRIES = 3
const LOGIN_PROMPT = 'login: '
const PASSWORD_PROMPT = 'Password: '
/** Whoever says nothing again and again is a line that hums. */
const EMPTY_NAMES = 10
const LONGEST_NAME = 32
/** Bytes: 128 characters of UTF-8. */
const LONGEST_PASSWORD = 512
/** LCP's first frames, plain and with the control characters escaped (RFC 1662). */
const PPP_BEGINS = ['\x7e\xff\x7d\x23\xc0\x21', '\x7e\xff\x03\xc0\x21']

const CR = 0x0d
const LF = 0x0a
const NUL = 0x00
const BACKSPACE = 0x08
const DELETE = 0x7f
/** Ctrl-U: the line is begun anew. */
const KILL = 0x15

export class Login {
  readonly #options: LoginOptions
  #asked: 'name' | 'password' = 'name'
  #name = ''
  #typed: number[] = []
  /** More was typed than any name or password has. */
  #tooLong = false
  #nameTooLong = false
  #afterReturn = false
  #tries = 0
  #empty = 0
  #heard = ''
  #end: LoginEnd | null = null

  constructor(options: LoginOptions) {
    this.#options = options
  }

  /** How it ended; null while it goes on. `refused` is said after every wrong try, for the caller may hang up then. */
  get end(): LoginEnd | null {
    return this.#end
  }

  /** At the beginning, and after each pause. */
  ask(): LoginStep {
    return waits(`\r\n${LOGIN_PROMPT}`)
  }

  /** What comes behind the end of a try is left out: it was said before anybody asked. */
  hear(bytes: Uint8Array): LoginStep {
    let say = ''
    if (this.#speaksPpp(bytes)) return { say, next: 'hang up' }
    for (const byte of bytes) {
      const step = this.#take(byte)
      say += step.say
      if (step.next !== 'wait') return { ...step, say }
    }
    return { say, next: 'wait' }
  }

  #speaksPpp(bytes: Uint8Array): boolean {
    this.#heard = (this.#heard + Buffer.from(bytes).toString('latin1')).slice(-256)
    if (!PPP_BEGINS.some((frame) => this.#heard.includes(frame))) return false
    this.#end = { ppp: true }
    return true
  }

  #take(byte: number): LoginStep {
    const secondOfPair = this.#afterReturn && (byte === LF || byte === NUL)
    this.#afterReturn = byte === CR
    if (secondOfPair) return waits('')
    if (byte === CR || byte === LF) return this.#line()
    if (byte === BACKSPACE || byte === DELETE) return waits(this.#rubOut(1))
    if (byte === KILL) {
      this.#tooLong = false
      return waits(this.#rubOut(this.#typed.length))
    }
    if (byte < 0x20 || (byte > 0x7e && this.#asked === 'name')) return waits('')
    const longest = this.#asked === 'name' ? LONGEST_NAME : LONGEST_PASSWORD
    if (this.#typed.length >= longest) {
      this.#tooLong = true
      return waits('')
    }
    this.#typed.push(byte)
    return waits(this.#asked === 'name' ? String.fromCharCode(byte) : '')
  }

  #rubOut(count: number): string {
    const gone = Math.min(count, this.#typed.length)
    this.#typed.length -= gone
    return this.#asked === 'name' ? '\b \b'.repeat(gone) : ''
  }

  #line(): LoginStep {
    const typed = Buffer.from(this.#typed)
    const tooLong = this.#tooLong
    this.#typed = []
    this.#tooLong = false
    return this.#asked === 'name'
      ? this.#named(typed.toString('latin1').trim(), tooLong)
      : this.#proved(typed, tooLong)
  }

  #named(name: string, tooLong: boolean): LoginStep {
    if (name === '') {
      this.#empty++
      if (this.#empty > EMPTY_NAMES) return { say: '\r\n', next: 'hang up' }
      return this.ask()
    }
    this.#name = name
    this.#nameTooLong = tooLong
    this.#asked = 'password'
    return waits(`\r\n${PASSWORD_PROMPT}`)
  }

  #proved(password: Buffer, tooLong: boolean): LoginStep {
    const right = !tooLong && !this.#nameTooLong && this.#options.isAccount(this.#name, password)
    this.#asked = 'name'
    if (right) {
      this.#end = { in: this.#name }
      return { say: `\r\n${this.#options.begin}\r\n`, next: 'in' }
    }
    this.#end = { refused: this.#name }
    this.#tries++
    const say = '\r\nLogin incorrect\r\n'
    return this.#tries < LOGIN_TRIES ? { say, next: 'pause' } : { say, next: 'hang up' }
  }
}

const waits = (say: string): LoginStep => ({ say, next: 'wait' })

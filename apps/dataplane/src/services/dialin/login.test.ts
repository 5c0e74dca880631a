import { describe, expect, it } from 'vitest'
import { isAccountOf, renderAccounts } from './accounts-file.ts'
import { LOGIN_TRIES, Login, type LoginStep } from './login.ts'

const ACCOUNTS = [
  { name: 'anna', password: 'pass word' },
  { name: 'zoë', password: 'x' },
  { name: 'umlaut', password: 'grün' },
]
const BEGIN = 'SLIP session from 192.168.77.1 to 192.168.77.50 beginning...'
const begun = () => new Login({ isAccount: isAccountOf(ACCOUNTS), begin: BEGIN })
const bytes = (text: string) => Buffer.from(text, 'latin1')
/** Everything in one go, up to what ends the caller's turn. */
const hear = (login: Login, text: string): LoginStep => login.hear(bytes(text))

/** Byte by byte, as a slow line has it. */
function dribble(login: Login, text: string): string {
  let said = ''
  for (const byte of bytes(text)) said += login.hear(Uint8Array.of(byte)).say
  return said
}

describe('a caller who logs in', () => {
  it('is asked for a name, which is shown, and a password, which is not; then SLIP begins', () => {
    const login = begun()
    expect(login.ask()).toEqual({ say: '\r\nlogin: ', next: 'wait' })
    expect(dribble(login, 'anna\r')).toBe('anna\r\nPassword: ')
    expect(login.end).toBeNull()
    expect(hear(login, 'pass word\r')).toEqual({ say: `\r\n${BEGIN}\r\n`, next: 'in' })
    expect(login.end).toEqual({ in: 'anna' })
  })

  it.each([
    ['CR', 'anna\rpass word\r'],
    ['LF', 'anna\npass word\n'],
    ['CR LF', 'anna\r\npass word\r\n'],
    ['CR NUL, as Telnet does', 'anna\r\0pass word\r\0'],
    ['CR LF before anything', '\r\n\r\nanna\r\npass word\r\n'],
    ['blanks around the name', '  anna \rpass word\r'],
    ['backspaces and deletes', 'annb\b\bna\x7fa\rpass words\b\r'],
    ['Ctrl-U', 'root\x15anna\rx\x15pass word\r'],
    ['a line too long, then Ctrl-U', `${'a'.repeat(500)}\x15anna\rpass word\r`],
    ['noise of the modems before the name', '\x00\xfe\x81\x1b\xc0\x7fanna\rpass word\r'],
    ['noise within the name', 'a\x02n\xffn\x80a\rpass word\r'],
    ['control characters within the password', 'anna\rpass\x03 wo\x1brd\r'],
  ])('%s', (_, typed) => {
    for (const heard of [
      (login: Login) => void hear(login, typed),
      (login: Login) => void dribble(login, typed),
    ]) {
      const login = begun()
      login.ask()
      heard(login)
      expect(login.end).toEqual({ in: 'anna' })
    }
  })

  it('may have a password in UTF-8', () => {
    const login = begun()
    login.hear(Buffer.from('umlaut\rgrün\r'))
    expect(login.end).toEqual({ in: 'umlaut' })
  })

  it('says nothing that is heard behind the password: it is SLIP already', () => {
    expect(hear(begun(), 'anna\rpass word\rmore').say.endsWith(`${BEGIN}\r\n`)).toBe(true)
  })
})

describe('a caller who is turned away', () => {
  it('has three tries, a pause behind each, and never learns what was wrong', () => {
    const login = begun()
    const steps = ['nobody\rx\r', 'anna\rx\r', 'anna\rpass word \r'].map((typed) => hear(login, typed))
    expect(steps.map(({ next }) => next)).toEqual(['pause', 'pause', 'hang up'])
    expect(steps).toHaveLength(LOGIN_TRIES)
    for (const { say } of steps) expect(say).toMatch(/\r\nPassword: \r\nLogin incorrect\r\n$/)
    expect(login.end).toEqual({ refused: 'anna' })
  })

  it('is known by the try before when the line is hung up', () => {
    const login = begun()
    hear(login, 'mallory\rx\r')
    expect(login.ask().say).toBe('\r\nlogin: ')
    expect(login.end).toEqual({ refused: 'mallory' })
    hear(login, 'anna\rpass word\r')
    expect(login.end).toEqual({ in: 'anna' })
  })

  it.each([
    ['an empty password', 'anna\r\r'],
    ['a password that goes on', `anna\rpass word${'x'.repeat(2000)}\r`],
    ['a right password cut from one too long', `anna\r${' '.repeat(600)}pass word\r`],
    ['a name that goes on', `anna${'a'.repeat(2000)}\rpass word\r`],
    ['a name that is that of an account after 32 characters', `${'a'.repeat(32)}anna\rpass word\r`],
  ])('%s', (_, typed) => {
    const login = begun()
    expect(hear(login, typed).next).toBe('pause')
    expect(login.end).toHaveProperty('refused')
  })

  it('keeps a name short, and in one line', () => {
    const login = begun()
    hear(login, `a\x1b[2J${'b'.repeat(5000)}\rx\r`)
    expect(login.end).toEqual({ refused: `a[2J${'b'.repeat(28)}` })
  })

  it('a line that hums is hung up', () => {
    const login = begun()
    const steps = Array.from({ length: 11 }, () => hear(login, '\r\n').next)
    expect(steps.slice(0, 10)).toEqual(Array(10).fill('wait'))
    expect(steps[10]).toBe('hang up')
    expect(login.end).toBeNull()
  })

  it.each([
    ['with its control characters escaped', '\x7e\xff\x7d\x23\xc0\x21\x7d\x21'],
    ['as they are', '\x7e\xff\x03\xc0\x21\x01'],
  ])('one who speaks PPP at once is known, frames %s', (_, frame) => {
    const login = begun()
    expect(hear(login, `\r\n${frame}`)).toEqual({ say: '', next: 'hang up' })
    expect(login.end).toEqual({ ppp: true })
    const slowly = begun()
    expect(slowly.hear(bytes(frame.slice(0, 3))).next).toBe('wait')
    expect(slowly.hear(bytes(frame.slice(3))).next).toBe('hang up')
  })
})

it('any bytes at all let nobody in, say little, and end', () => {
  let seed = 1
  const random = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return (seed >>> 16) & 0xff
  }
  for (let run = 0; run < 200; run++) {
    const login = begun()
    let next = login.ask().next
    for (let i = 0; i < 400 && next !== 'hang up'; i++) {
      const heard = Uint8Array.from({ length: random() }, random)
      const step = next === 'pause' ? login.ask() : login.hear(heard)
      expect(step.say.length).toBeLessThan(3 * heard.length + 64)
      next = step.next
      expect(next).not.toBe('in')
    }
    expect(next).toBe('hang up')
  }
})

it('accounts are read as they were written', () => {
  const accounts = [{ name: 'anna', password: '"\\ \u2028#' }]
  const isAccount = isAccountOf(JSON.parse(renderAccounts(accounts)))
  expect(isAccount('anna', Buffer.from('"\\ \u2028#'))).toBe(true)
  expect(isAccount('anna', Buffer.from('"'))).toBe(false)
  expect(isAccount('nobody', Buffer.alloc(0))).toBe(false)
})

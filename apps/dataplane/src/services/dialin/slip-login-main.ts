/**
 * `node slip-login-main.ts DEVICE ACCOUNTS BEGIN`: asks a caller on a serial line for a name and a password (login.ts). ACCOUNTS is the file
 * where they stand. Prints the name and ends with 0 where the caller is let in; what happened goes to the log, read by slip-words.ts.
 *
 * A program of its own, started by slip-line.sh for each call: a caller who types slowly outlives a dataplane that is exchanged.
 */
import { closeSync, constants, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import { isAccountOf, type NamedPassword } from './accounts-file.ts'
import { Login, type LoginStep } from './login.ts'

/** As login(1) does it; a program needs a second, a person half a minute. */
const PATIENCE_MS = 60_000
/** Whoever tries passwords should not be quick at it. */
const PAUSE_MS = 3000
/** Modems go on after CONNECT, with the speed and what else they are proud of; that is no name. */
const SETTLE_MS = 500
const LOOK_MS = 20

const [device, file, begin] = process.argv.slice(2)
if (device === undefined || file === undefined || begin === undefined)
  throw new Error('usage: node slip-login-main.ts DEVICE ACCOUNTS BEGIN')

/** Each time anew: an account may be gone since the caller was asked. */
const accounts = () => JSON.parse(readFileSync(file, 'utf8')) as NamedPassword[]
const login = new Login({ isAccount: (name, password) => isAccountOf(accounts())(name, password), begin })
// A descriptor of our own, that never waits: the shell's, on which SLIP will run, stays as it is.
const line = openSync(device, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY)
const buffer = Buffer.alloc(1024)
const giveUp = Date.now() + PATIENCE_MS
/** What is said until then is not heard; 0 where somebody is asked. */
let deafUntil = Date.now() + SETTLE_MS

const look = setInterval(() => {
  if (Date.now() > giveUp) return leave('login: too slow')
  const heard = read()
  if (heard === null) return leave('login: the line is gone')
  if (deafUntil > Date.now()) return
  if (deafUntil > 0) {
    deafUntil = 0
    return follow(login.ask())
  }
  if (heard.length > 0) follow(login.hear(heard))
}, LOOK_MS)

function follow({ say, next }: LoginStep): void {
  write(say)
  const { end } = login
  if (next === 'wait') return
  if (end && 'refused' in end) {
    const known = accounts().some(({ name }) => name === end.refused)
    console.error(`login: ${known ? 'wrong password' : 'no account'}: ${end.refused}`)
  }
  if (next === 'pause') deafUntil = Date.now() + PAUSE_MS
  else if (end && 'in' in end) {
    console.error(`login: let in: ${end.in}`)
    console.log(end.in)
    clearInterval(look)
    closeSync(line)
  } else leave(end && 'ppp' in end ? 'login: speaks PPP' : 'login: hung up')
}

function leave(said: string): void {
  console.error(said)
  clearInterval(look)
  process.exitCode = 1
}

/** @returns nothing where nothing came, and null where the line is no more */
function read(): Buffer | null {
  try {
    const length = readSync(line, buffer)
    return length === 0 ? null : buffer.subarray(0, length)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? Buffer.alloc(0) : null
  }
}

function write(text: string): void {
  try {
    writeSync(line, text)
  } catch {
    // choked or gone: the patience ends, or the next read tells
  }
}

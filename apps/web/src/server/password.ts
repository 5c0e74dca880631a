/**
 * Passwords: which are good enough, and how they are kept.
 *
 * Kept as argon2id with the least that OWASP ASVS 5.0 (11.4.2) asks for one pass: 46 MiB, one lane. Each hash needs that
 * memory for its time, and a router has little, so hashes run one at a time.
 * Good enough: ten characters of any kind, not one of the guesses everybody tries first. No rules of composition (ASVS 6.2.5):
 * they make passwords that people write down.
 */
import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { Lock } from '@bauta/db'

export const ARGON2 = { memory: 47_104, passes: 1, parallelism: 1, tagLength: 32 } as const
const SALT_BYTES = 16
export const PASSWORD_MIN = 10
/** Long enough for any sentence, short enough that nobody can keep the hash busy. */
export const PASSWORD_MAX = 1024

const derive = promisify(argon2) as (algorithm: 'argon2id', parameters: Argon2Parameters) => Promise<Buffer>
const oneAtATime = new Lock()

/** @returns what is wrong with a new password, or null */
export function passwordFault(password: string, name: string): string | null {
  const length = [...password].length
  if (length < PASSWORD_MIN) return `the password has ${length} characters; use at least ${PASSWORD_MIN}`
  if (password.length > PASSWORD_MAX) return `the password is longer than ${PASSWORD_MAX} characters`
  if (isGuessable(password, name))
    return 'this password is among the first that anybody would try; choose another, three unrelated words for instance'
  return null
}

/** Beginnings of the lists that guessing programs try first; with digits and marks stripped, as those programs vary them. */
const COMMON = new Set(
  (
    'password passwort passwd pass admin administrator root router bauta internet wireless network wifi wlan home homenetwork ' +
    'qwerty qwertyuiop qwertzuiop azertyuiop asdfghjkl zxcvbnm yxcvbnm qazwsxedc qwerasdf abc abcdef abcdefgh abcdefghij abcdefghijk ' +
    'iloveyou letmein welcome welcomehome sunshine princess football baseball basketball superman batman spiderman starwars ' +
    'dragon monkey shadow master michael jennifer jordan charlie liverpool manchester barcelona realmadrid chelsea arsenal ' +
    'changeme changethis default secret secretpassword topsecret whatever trustno computer notebook samsung google facebook ' +
    'mypassword newpassword passwordpassword adminadmin rootroot testtest test guest user login hello helloworld blink freedom ' +
    'summer winter spring autumn january february march april june july august september october november december'
  ).split(' '),
)

function isGuessable(password: string, name: string): boolean {
  const plain = password.normalize('NFKC').toLowerCase()
  const letters = plain
    .replaceAll('0', 'o')
    .replaceAll('@', 'a')
    .replaceAll('$', 's')
    .replace(/[^\p{L}]/gu, '')
  if (COMMON.has(letters) || COMMON.has(plain.replace(/[^\p{L}]/gu, ''))) return true
  if (name && plain.replace(/[\d\W_]+$/u, '') === name.toLowerCase()) return true
  return isRepeated(plain) || isRun(plain)
}

/** `aaaaaaaaaa`, `abcabcabcabc` */
function isRepeated(text: string): boolean {
  for (let unit = 1; unit <= text.length / 3; unit++)
    if (
      text ===
      text
        .slice(0, unit)
        .repeat(Math.ceil(text.length / unit))
        .slice(0, text.length)
    )
      return true
  return false
}

/** `1234567890`, `9876543210`, `abcdefghij` */
function isRun(text: string): boolean {
  const steps = [...text].slice(1).map((letter, i) => letter.charCodeAt(0) - text.charCodeAt(i))
  return [1, -1].some((step) => steps.filter((each) => each === step).length >= steps.length - 1)
}

/** @returns a PHC string: algorithm, parameters, salt and hash */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const { memory, passes, parallelism, tagLength } = ARGON2
  const hash = await run(password, salt, { memory, passes, parallelism, tagLength })
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(hash)}`
}

/** Takes as long for a wrong password as for the right one. */
export async function verifyPassword(password: string, kept: string): Promise<boolean> {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(kept)
  if (!found) throw new Error('the stored password hash is damaged; provision the administrator anew')
  const [, memory, passes, parallelism, salt, hash] = found
  const wanted = Buffer.from(hash!, 'base64')
  const given = await run(password, Buffer.from(salt!, 'base64'), {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: wanted.length,
  })
  return timingSafeEqual(given, wanted)
}

let decoy: Promise<string> | undefined
/** The work of a verification for a name that does not exist: the answer must not come sooner. */
export async function verifyNothing(password: string): Promise<false> {
  decoy ??= hashPassword(randomBytes(12).toString('hex'))
  await verifyPassword(password, await decoy)
  return false
}

type Cost = { memory: number; passes: number; parallelism: number; tagLength: number }

function run(password: string, nonce: Buffer, cost: Cost): Promise<Buffer> {
  const message = Buffer.from(password.normalize('NFC'))
  return oneAtATime.run(() => derive('argon2id', { message, nonce, ...cost }))
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')

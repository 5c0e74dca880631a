/** argon2id in its PHC form, as the web app keeps the passwords of dialers. */
import { type Argon2Parameters, argon2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(argon2) as (algorithm: 'argon2id', parameters: Argon2Parameters) => Promise<Buffer>

export interface PasswordHash {
  memory: number
  passes: number
  parallelism: number
  salt: Buffer
  hash: Buffer
}

const FORM = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/

/** @returns null for what is no such string */
export function parseHash(phc: string): PasswordHash | null {
  const found = FORM.exec(phc)
  if (!found) return null
  const [, memory, passes, parallelism, salt, hash] = found
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt!, 'base64'),
    hash: Buffer.from(hash!, 'base64'),
  }
}

/** @returns what the password gives with the parameters of `kept` */
export function derivePassword(
  password: string,
  kept: Omit<PasswordHash, 'hash'>,
  length = 32,
): Promise<Buffer> {
  return derive('argon2id', {
    message: Buffer.from(password.normalize('NFC')),
    nonce: kept.salt,
    memory: kept.memory,
    passes: kept.passes,
    parallelism: kept.parallelism,
    tagLength: length,
  })
}

export async function fits(password: string, kept: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derivePassword(password, kept, kept.hash.length), kept.hash)
}

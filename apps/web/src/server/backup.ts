/**
 * The backup file: all settings of one revision, the passwords among them, and no administrator. Whoever restores it owns the
 * box already, by a login of his own.
 *
 *   {"bauta": "backup", "format": 1, "version": …, "madeAt": …, "revision": …, "snapshot": {…}}
 *   {"bauta": "backup", "format": 1, "version": …, "madeAt": …, "revision": …, "encrypted": {"salt", "iv", "tag", "data"}}
 *
 * With a password the snapshot is encrypted: scrypt (N 2^15, r 8, p 3: 32 MiB, OWASP's least for that memory) gives the key,
 * AES-256-GCM keeps and proves the content, the line above included. The cost is fixed: a file cannot ask the box for more.
 */
import { createCipheriv, createDecipheriv, randomBytes, type ScryptOptions, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { type Fault, faultsOf, faultsTogether, type Snapshot, snapshotSchema } from '@bauta/config'
import { Lock } from '@bauta/db'
import { z } from 'zod'

export const FORMAT = 1
const COST: ScryptOptions = { N: 2 ** 15, r: 8, p: 3, maxmem: 48 * 1024 * 1024 }
const KEY_BYTES = 32
const SALT_BYTES = 16
/** NIST SP 800-38D 8.2: 96 bits. */
const IV_BYTES = 12

const derive = promisify(scrypt) as (
  password: string,
  salt: Buffer,
  length: number,
  options: ScryptOptions,
) => Promise<Buffer>
/** Each derivation takes its memory: one at a time. */
const oneAtATime = new Lock()

export interface Made {
  version: string
  /** ms since 1970 */
  at: number
  revision: number
}

const base64 = (bytes: number) =>
  z.base64().refine((text) => Buffer.from(text, 'base64').length === bytes, `${bytes} bytes in base64`)
const head = {
  bauta: z.literal('backup'),
  format: z.literal(FORMAT),
  version: z.string().max(40),
  madeAt: z.iso.datetime(),
  revision: z.int().min(0),
}
const plainFile = z.strictObject({ ...head, snapshot: z.unknown() })
const encryptedFile = z.strictObject({
  ...head,
  encrypted: z.strictObject({
    salt: base64(SALT_BYTES),
    iv: base64(IV_BYTES),
    tag: base64(16),
    data: z.base64(),
  }),
})

/** The file cannot be used; nothing was changed. */
export class BackupRefused extends Error {
  readonly faults: Fault[]
  /** It is encrypted, and the password is missing or wrong. */
  readonly locked: boolean
  constructor(message: string, { faults = [], locked = false }: { faults?: Fault[]; locked?: boolean } = {}) {
    super(message)
    this.faults = faults
    this.locked = locked
  }
}

/** @param password null: readable for everybody who has the file */
export async function writeBackup(snapshot: Snapshot, made: Made, password: string | null): Promise<string> {
  const line = {
    bauta: 'backup',
    format: FORMAT,
    version: made.version,
    madeAt: new Date(made.at).toISOString(),
    revision: made.revision,
  }
  if (password === null) return text({ ...line, snapshot })
  const salt = randomBytes(SALT_BYTES)
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', await keyOf(password, salt), iv)
  cipher.setAAD(Buffer.from(JSON.stringify(line)))
  const data = Buffer.concat([cipher.update(JSON.stringify(snapshot)), cipher.final()])
  const [s, i, tag, d] = [salt, iv, cipher.getAuthTag(), data].map((bytes) => bytes.toString('base64'))
  return text({ ...line, encrypted: { salt: s, iv: i, tag, data: d } })
}

const text = (value: object): string => `${JSON.stringify(value, null, 1)}\n`

/**
 * @param file what the file holds, parsed but not checked
 * @returns settings that this box could have; whether its hardware takes them only the dataplane knows
 * @throws BackupRefused
 */
export async function readBackup(
  file: unknown,
  password: string | null,
): Promise<{ snapshot: Snapshot; made: Made }> {
  refuseStrangers(file)
  const encrypted = encryptedFile.safeParse(file)
  const plain = plainFile.safeParse(file)
  if (!encrypted.success && !plain.success) {
    const { error } = typeof file === 'object' && file !== null && 'encrypted' in file ? encrypted : plain
    throw new BackupRefused('The file is damaged: parts of it are missing or are not what they should be.', {
      faults: faultsOf(error!),
    })
  }
  const { version, madeAt, revision } = (encrypted.data ?? plain.data)!
  const content = encrypted.success ? await decrypted(encrypted.data, password) : plain.data!.snapshot
  const parsed = snapshotSchema.safeParse(content)
  if (!parsed.success)
    throw new BackupRefused('The file holds settings that no box could have.', {
      faults: faultsOf(parsed.error),
    })
  const together = faultsTogether(parsed.data)
  if (together.length > 0)
    throw new BackupRefused('The settings in the file do not fit together.', { faults: together })
  return { snapshot: parsed.data, made: { version, revision, at: Date.parse(madeAt) } }
}

function refuseStrangers(file: unknown): void {
  if (typeof file !== 'object' || file === null || !('bauta' in file) || file.bauta !== 'backup')
    throw new BackupRefused(
      'This is not a backup of Bauta. Choose the file that the box gave you: bauta-….json.',
    )
  const format = 'format' in file ? file.format : undefined
  if (format === FORMAT) return
  const newer = typeof format === 'number' && format > FORMAT
  throw new BackupRefused(
    newer
      ? `The backup is of a newer Bauta (format ${format}; this box knows ${FORMAT}). Update the box first, then restore it.`
      : 'The file does not say of which format it is; it was changed after the box made it.',
  )
}

async function decrypted(file: z.infer<typeof encryptedFile>, password: string | null): Promise<unknown> {
  if (!password) throw new BackupRefused('The backup is encrypted; type its password.', { locked: true })
  const { encrypted, ...line } = file
  const [salt, iv, tag, data] = [encrypted.salt, encrypted.iv, encrypted.tag, encrypted.data].map((part) =>
    Buffer.from(part, 'base64'),
  )
  const decipher = createDecipheriv('aes-256-gcm', await keyOf(password, salt!), iv!, { authTagLength: 16 })
  decipher.setAAD(Buffer.from(JSON.stringify(line)))
  decipher.setAuthTag(tag!)
  try {
    return JSON.parse(Buffer.concat([decipher.update(data!), decipher.final()]).toString())
  } catch {
    throw new BackupRefused('The password is wrong, or the file was changed after the box made it.', {
      locked: true,
    })
  }
}

const keyOf = (password: string, salt: Buffer): Promise<Buffer> =>
  oneAtATime.run(() => derive(password.normalize('NFKC'), salt, KEY_BYTES, COST))

/**
 * The settings database as the web process holds it: two connections to one SQLite file in WAL mode.
 *
 * Why two. Prisma's adapter runs every query of a client on its one connection, also those from outside while a
 * transaction is open: a login written meanwhile would vanish with the rollback of a refused setting, and a page would
 * see settings that are not committed yet. So everything that writes goes through `write`, one at a time, and
 * everything else reads on a connection that cannot write and sees only what is committed. Readers never wait for a
 * writer. A transaction may stay open while the dataplane applies (up to its time limit); only other writers wait then.
 *
 * Durable. better-sqlite3 is compiled to open WAL databases with synchronous=NORMAL, where a power cut may undo a commit
 * that was already acknowledged. The connection is set to FULL before Prisma gets it: a commit that `write` reported is
 * on the disk.
 */
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import { PrismaClient } from './generated/client.ts'
import type { TransactionClient } from './generated/internal/prismaNamespace.ts'
import { Lock } from './lock.ts'

/** For another process that writes: the provisioning command, a copy for a backup. */
const BUSY_TIMEOUT_MS = 2000
/** Longer than the dataplane's own time limit, which ends a transaction earlier in every normal case. */
const TRANSACTION_TIMEOUT_MS = 30_000

const WRITER_PRAGMAS = [
  'journal_mode = WAL',
  'synchronous = FULL',
  'foreign_keys = ON',
  `busy_timeout = ${BUSY_TIMEOUT_MS}`,
]
const READER_PRAGMAS = ['query_only = ON', `busy_timeout = ${BUSY_TIMEOUT_MS}`]

export type Transaction = TransactionClient
/** What reading needs: a transaction, or the reader. */
export type Queries = Transaction | PrismaClient

export class Database {
  readonly reader: PrismaClient
  readonly #writer: PrismaClient
  readonly #lock = new Lock()

  /** @param file migrated already */
  constructor(file: string) {
    this.#writer = open(file, WRITER_PRAGMAS)
    this.reader = open(file, READER_PRAGMAS)
  }

  /**
   * Runs `work` as one transaction. Returns after the commit is on the disk; an error in `work` undoes everything and
   * comes through. Where the database itself could not be written, at the commit or before, it is a `WriteFailed`.
   * @param undone runs after the undoing, while no other writer can have begun
   */
  write<T>(
    work: (transaction: Transaction) => Promise<T>,
    undone: (error: unknown) => Promise<void> = async () => {},
  ): Promise<T> {
    return this.#lock.run(async () => {
      let finished = false
      const whole = async (transaction: Transaction) => {
        await takeWriteLock(transaction)
        const result = await work(transaction)
        finished = true
        return result
      }
      try {
        return await this.#writer.$transaction(whole, { timeout: TRANSACTION_TIMEOUT_MS })
      } catch (error) {
        await this.#leaveTransaction()
        await undone(error)
        if (!finished && !isOfTheDatabase(error)) throw error
        throw new WriteFailed('the change could not be written to the disk; it was undone', { cause: error })
      }
    })
  }

  /** After a COMMIT that failed Prisma forgets the transaction, but SQLite is still inside it. */
  async #leaveTransaction(): Promise<void> {
    await this.#writer.$executeRawUnsafe('ROLLBACK').catch(() => {
      // The usual case: there is no transaction any more.
    })
  }

  /** Reads several things as of one moment. */
  read<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.reader.$transaction(work)
  }

  /** What the connection of `write` was really set to; for the test that proves it. */
  async writerPragma(
    name: 'synchronous' | 'journal_mode' | 'foreign_keys' | 'busy_timeout',
  ): Promise<unknown> {
    const [row] = await this.#writer.$queryRawUnsafe<Record<string, unknown>[]>(`PRAGMA ${name}`)
    return Object.values(row ?? {})[0]
  }

  async close(): Promise<void> {
    await this.reader.$disconnect()
    await this.#writer.$disconnect()
  }
}

/** The database could not be written: its disk is full, read-only or failing, or another program holds it. All is undone. */
export class WriteFailed extends Error {
  override name = 'WriteFailed'
}

/** SQLite's reasons that lie outside of what was asked of it, and Prisma's word for one of them (P1008: it was busy). */
function isOfTheDatabase(error: unknown): boolean {
  const { message = '', code } = error as { message?: string; code?: string }
  return code === 'P1008' || /\bSQLITE_(FULL|BUSY|READONLY|IOERR|CANTOPEN|CORRUPT|NOTADB)/.test(message)
}

/** As BEGIN IMMEDIATE would, which the adapter cannot say: without it another process could slip in between read and write. */
async function takeWriteLock(transaction: Transaction): Promise<void> {
  await transaction.$executeRawUnsafe('UPDATE RuleIdCounter SET next = next WHERE id = 0')
}

/** A client whose connection has its pragmas before the first query. */
function open(file: string, pragmas: readonly string[]): PrismaClient {
  const adapter = new PrismaBetterSqlite3({ url: `file:${file}` })
  const connect = adapter.connect.bind(adapter)
  adapter.connect = async () => {
    const connection = await connect()
    await connection.executeScript(pragmas.map((pragma) => `PRAGMA ${pragma};`).join('\n'))
    return connection
  }
  // Errors go into the log; their longer forms repeat what was to be written, passwords too.
  return new PrismaClient({ adapter, errorFormat: 'minimal' })
}

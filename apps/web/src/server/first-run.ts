/**
 * How far the first run has come. Kept on the box and not in the browser: a reload, or another browser after a login, goes on
 * where the first one was. It begins when the box is claimed, may be left for later, and is gone when it is done.
 */
import type { Snapshot } from '@bauta/config'
import type { Database, Transaction } from '@bauta/db'

export const SETUP_STEPS = ['recovery', 'internet', 'home', 'check', 'done'] as const
export type SetupStep = (typeof SETUP_STEPS)[number]

export interface SetupProgress {
  step: SetupStep
  /** Left for later. */
  aside: boolean
}

export class FirstRun {
  readonly #db: Database
  readonly #stored: () => Promise<Snapshot | undefined>

  constructor(db: Database, stored: () => Promise<Snapshot | undefined>) {
    this.#db = db
    this.#stored = stored
  }

  /** @returns whether there is anything to ask after the password: where the system cares for the addresses, there is not */
  async isWanted(): Promise<boolean> {
    const settings = await this.#stored()
    return !settings || !isGuest(settings)
  }

  /** @returns null: over, or never begun */
  async progress(): Promise<SetupProgress | null> {
    const row = await this.#db.reader.setup.findUnique({ where: { id: 1 } })
    const step = SETUP_STEPS.find((name) => name === row?.step)
    return row && step ? { step, aside: row.aside } : null
  }

  async goTo(step: SetupStep, aside = false): Promise<void> {
    await this.#db.write((tx) =>
      tx.setup.upsert({ where: { id: 1 }, create: { step, aside }, update: { step, aside } }),
    )
  }

  async finish(): Promise<void> {
    await this.#db.write((tx) => tx.setup.deleteMany())
  }
}

/** In the transaction that makes the first administrator. */
export async function beginFirstRun(tx: Transaction): Promise<void> {
  await tx.setup.create({ data: { step: 'recovery' } })
}

/** Bauta on somebody's Linux box, in a container or a lab: the operating system brings the networks up. */
export function isGuest({ lan, internet }: Pick<Snapshot, 'lan' | 'internet'>): boolean {
  return lan.addressing === 'system' && internet.connections.every(({ method }) => method.kind === 'system')
}

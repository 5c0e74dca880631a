/**
 * Traffic shaping: the box sends a little slower than the line could, so that packets wait here, in short queues that share
 * fairly, and not in the long ones of modem and provider (“bufferbloat”).
 *
 * Speeds belong to a line, and so to an Internet connection; those of the one in use are in force. They are named by the connection's
 * name: together.ts lets them follow a rename.
 */
import { z } from 'zod'
import type { Internet } from './internet.ts'

/** Bytes that the line adds to each IP packet, the least that a packet takes, and whether it is cut into cells. */
export interface LinkCost {
  overhead: number
  /** Bytes; 20 is no limit: an IP header. */
  mpu: number
  /** `atm`: cells of 48 bytes cost 53 (ADSL); `ptm`: one byte in 65 is the line's own (VDSL2). */
  cells: 'noatm' | 'atm' | 'ptm'
}

export const LINK_KINDS = ['none', 'ethernet', 'cable', 'pppoe', 'adsl'] as const
export type LinkKind = (typeof LINK_KINDS)[number]

/** The figures of tc-cake(8): `ethernet`, `docsis`, `pppoe-ptm`, `pppoe-llcsnap`. */
export const LINK_COSTS: Record<LinkKind, LinkCost> = {
  none: { overhead: 0, mpu: 20, cells: 'noatm' },
  ethernet: { overhead: 38, mpu: 84, cells: 'noatm' },
  cable: { overhead: 18, mpu: 64, cells: 'noatm' },
  pppoe: { overhead: 30, mpu: 20, cells: 'ptm' },
  adsl: { overhead: 40, mpu: 20, cells: 'atm' },
}

/** What each is called, for the page and the history. */
export const LINK_WORDS: Record<LinkKind, string> = {
  none: 'not counted',
  ethernet: 'Ethernet or fibre',
  cable: 'cable (DOCSIS)',
  pppoe: 'VDSL with PPPoE',
  adsl: 'ADSL',
}

/** kbit/s; a modem of 33.6 has 33, and 10 Gbit/s is more than the box carries. */
const speed = z
  .int('whole kbit/s, please')
  .min(16, 'at least 16 kbit/s')
  .max(10_000_000, 'at most 10,000,000 kbit/s')
  .nullable()

const shapedLine = z.strictObject({
  /** Name of the Internet connection. */
  connection: z.string().min(1, 'the name of the connection is missing').max(32, 'at most 32 characters'),
  /** kbit/s; null: not shaped. */
  download: speed,
  upload: speed,
  link: z.enum(LINK_KINDS, { error: `write one of ${LINK_KINDS.join(', ')}` }),
})
export type ShapedLine = z.infer<typeof shapedLine>

export const shapingSchema = z
  .strictObject({
    enabled: z.boolean(),
    /** Every machine of the household gets the same share of a full line; false: every connection. */
    perMachine: z.boolean(),
    lines: z.array(shapedLine).max(8, 'at most 8 lines'),
  })
  .superRefine(({ lines }, context) => {
    lines.forEach(({ connection }, i) => {
      if (lines.findIndex((other) => other.connection === connection) !== i)
        context.addIssue({
          code: 'custom',
          path: ['lines', i, 'connection'],
          message: `${connection} is listed twice`,
        })
    })
  })
export type Shaping = z.infer<typeof shapingSchema>

export const NO_SHAPING: Shaping = { enabled: false, perMachine: true, lines: [] }

/** @returns the speeds of a connection; null where nobody has said any */
export function shapedLineOf({ lines }: Shaping, connection: string): ShapedLine | null {
  const line = lines.find((one) => one.connection === connection)
  return line && (line.download !== null || line.upload !== null) ? line : null
}

/** Speeds follow a connection that is renamed, and go with one that is removed. */
export function followedLines(shaping: Shaping, from: Internet, to: Internet): Shaping {
  const names = (of: Internet) => of.connections.map(({ name }) => name)
  const [before, after] = [names(from), names(to)]
  const nameNow = (name: string): string | null => {
    if (after.includes(name)) return name
    const there = after[before.indexOf(name)]
    return there !== undefined && after.length === before.length && !before.includes(there) ? there : null
  }
  const lines = shaping.lines.flatMap((line) => {
    const connection = nameNow(line.connection)
    return connection === null ? [] : [{ ...line, connection }]
  })
  return { ...shaping, lines }
}

export function describeShaping(old: Shaping, next: Shaping): string[] {
  const found: string[] = []
  if (old.enabled !== next.enabled) found.push(`Traffic shaping switched ${next.enabled ? 'on' : 'off'}`)
  if (old.perMachine !== next.perMachine)
    found.push(`A full line is shared by ${next.perMachine ? 'machine' : 'connection'}`)
  const known = new Map(old.lines.map((line) => [line.connection, line]))
  for (const line of next.lines) {
    const before = known.get(line.connection) ?? { ...line, download: null, upload: null, link: 'none' }
    found.push(...describeLine(before, line))
  }
  for (const { connection } of old.lines)
    if (!next.lines.some((line) => line.connection === connection))
      found.push(`Speeds of ${connection} removed`)
  return found
}

function describeLine(old: ShapedLine, next: ShapedLine): string[] {
  const found = (['download', 'upload'] as const)
    .filter((way) => old[way] !== next[way])
    .map((way) => `${next.connection}: ${way} ${speedWords(old[way])} → ${speedWords(next[way])}`)
  if (old.link !== next.link)
    found.push(`${next.connection}: line ${LINK_WORDS[old.link]} → ${LINK_WORDS[next.link]}`)
  return found
}

const speedWords = (kbit: number | null): string => (kbit === null ? 'not shaped' : `${kbit} kbit/s`)

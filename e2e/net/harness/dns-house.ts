/** What the DNS tests have in common: two servers that the test rules, settings that name them, questions in short. */
import { type Dns, defaultSnapshot } from '@bauta/config'
import dnsPacket from 'dns-packet'
import { LAN, SERVERS } from '../../lab/plan.ts'
import type { Agent } from './agent.ts'
import type { Stage } from './lab-test.ts'

export const FIRST = SERVERS['news.example.net']
export const SECOND = SERVERS['video.example.net']
export const BOX = LAN.router
/** What the servers answer. */
export const RIGHT = SERVERS['echo.example.org']

export async function startUpstreams(stage: Stage): Promise<void> {
  for (const address of [FIRST, SECOND])
    await stage.on.isp.dnsServe({ address, stranger: SERVERS['ftp.example.org'] })
}

/** Applies DNS settings over the defaults. */
export async function applyDns(stage: Stage, dns: Partial<Dns>): Promise<string[]> {
  const { revision, snapshot } = await stage.dataplane.settings()
  const next = { ...snapshot, dns: { ...defaultSnapshot().dns, upstreams: [FIRST, SECOND], ...dns } }
  const { actions } = await stage.dataplane.apply({ revision: revision + 1, snapshot: next })
  return actions
}

interface Wish {
  type?: dnsPacket.RecordType
  id?: number
  /** Flag bits beside RD. */
  flags?: number
  /** Room for the answer and DO; null: no EDNS. */
  edns?: { size: number; proof: boolean } | null
}

export function query(name: string, { type = 'A', id = 0x4242, flags = 0, edns = null }: Wish = {}): Buffer {
  return dnsPacket.encode({
    type: 'query',
    id,
    flags: dnsPacket.RECURSION_DESIRED | flags,
    questions: [{ type, name }],
    additionals: edns
      ? [
          {
            type: 'OPT',
            name: '.',
            udpPayloadSize: edns.size,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: edns.proof ? 0x8000 : 0,
            flag_do: edns.proof,
            options: [],
          },
        ]
      : [],
  })
}

/** `query` with the number of a type that has no name. */
export function queryOfType(name: string, type: number): Buffer {
  const bytes = query(name)
  bytes.writeUInt16BE(type, bytes.length - 4)
  return bytes
}

export type Answer = dnsPacket.DecodedPacket & { rcode: string }
export const decode = (hex: string): Answer => dnsPacket.decode(Buffer.from(hex, 'hex')) as Answer

/** @returns the answer of the box, decoded; null where there is none */
export async function ask(agent: Agent, message: Buffer | string, waitMs = 6000): Promise<Answer | null> {
  const bytes = typeof message === 'string' ? query(message) : message
  const hex = await agent.dnsAsk({ server: BOX, hex: bytes.toString('hex'), waitMs })
  return hex === null ? null : decode(hex)
}

export const addresses = (answer: Answer | null): string[] =>
  (answer?.answers ?? []).flatMap((record) => (record.type === 'A' ? [record.data] : []))

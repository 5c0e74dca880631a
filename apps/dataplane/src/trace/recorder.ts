/**
 * Watches a Path at work without the Path's knowing: what it asks the chains and the connection table, and what it writes to devices,
 * goes through stand-ins that note it and hand it on to the real thing. So there is no hook in the packet thread's code
 * that could cost it something, and no second order of stations that could come to differ.
 */
import type { Evaluator, MatchInput, Verdict } from '@bauta/chains'
import { HELPER_NAMES, type HelperName } from '@bauta/config'
import { type ConnectionTable, FLAG, type Masquerader } from '@bauta/masq'
import type { Device } from '@bauta/tun-tap'

export type Asked = {
  hook: number
  input: MatchInput
  inIf: number
  outIf: number
  /** Bits of STATE. */
  state: number
  mark: number
  verdict: Verdict
  ruleId: number
}
/** A connection of the table at one moment. */
export interface Met {
  local: boolean
  /** A forward, a trigger or the DMZ host let it in. */
  forwarded: boolean
  fromOutside: boolean
  /** A helper waited for it. */
  expected: boolean
  client: number
  clientPort: number
  wan: number
  masqPort: number
  /** Whom its machine asked; another one than answers, where that was translated. */
  asked: number
  server: number
  serverPort: number
  state: string
}
export type Event =
  | ({ kind: 'chain' } & Asked)
  /** A call of the masquerader that looks for or opens a connection, and the one that it found or made, as it was then. */
  | { kind: 'table'; call: string; connection: Met | null }
  /** It is what a helper waits for, because of this connection. */
  | { kind: 'expected'; helper: HelperName | null; connection: Met | null }
  | { kind: 'write'; device: string; frame: Uint8Array }

const WORTH_NOTING = /^(find|open)/

export class Recorder {
  readonly events: Event[] = []

  /** @returns what has been noted since the last time */
  take(): Event[] {
    return this.events.splice(0)
  }

  masquerader(masq: Masquerader): Masquerader {
    return standIn(masq, (name, act, args) => {
      const result = act(...args)
      if (name === 'findExpected') {
        if (Number(result) >= 0) this.events.push(announcement(masq, Number(result)))
      } else if (WORTH_NOTING.test(name)) {
        const connection = connectionAt(masq.table, Number(result))
        this.events.push({ kind: 'table', call: name, connection })
      }
      return result
    })
  }

  evaluator(evaluator: Evaluator): Evaluator {
    return standIn(evaluator, (name, act, args) => {
      if (name !== 'evaluate') return act(...args)
      const [hook, view, inIf, outIf, state] = args as [number, MatchInput, number, number, number]
      const input = { ...fieldsOf(view), tos: (view.tos & evaluator.tosAnd) ^ evaluator.tosXor }
      const mark = evaluator.mark
      const verdict = act(...args) as Verdict
      const { ruleId } = evaluator
      this.events.push({ kind: 'chain', hook, input, inIf, outIf, state, mark, verdict, ruleId })
      return verdict
    })
  }

  /** Takes everything, as a device does that is up. */
  device(name: string): Device {
    const write = (buffer: Uint8Array, length: number) => {
      this.events.push({ kind: 'write', device: name, frame: buffer.slice(0, length) })
      return length
    }
    return { name, fd: -1, read: () => 0, write, close: () => undefined }
  }
}

function announcement(masq: Masquerader, expectation: number): Event {
  const slot = masq.expectedBy(expectation)
  const helper = slot < 0 ? null : (HELPER_NAMES[masq.table.helper(slot) - 1] ?? null)
  return { kind: 'expected', helper, connection: connectionAt(masq.table, slot) }
}

function connectionAt(table: ConnectionTable, slot: number): Met | null {
  if (!(slot >= 0)) return null
  return {
    local: (table.flags(slot) & FLAG.local) !== 0,
    forwarded: (table.flags(slot) & FLAG.forwarded) !== 0,
    expected: (table.flags(slot) & FLAG.expected) !== 0,
    fromOutside: (table.flags(slot) & FLAG.fromOutside) !== 0,
    client: table.client(slot),
    clientPort: table.clientPort(slot),
    wan: table.wan(slot),
    masqPort: table.masqPort(slot),
    asked: table.asked(slot),
    server: table.server(slot),
    serverPort: table.serverPort(slot),
    state: table.stateName(slot),
  }
}

type Call = (...args: unknown[]) => unknown

/** Fields are the original's own, and methods run on the original: it has private parts. */
function standIn<T extends object>(
  original: T,
  around: (name: string, act: Call, args: unknown[]) => unknown,
): T {
  return new Proxy(original, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => around(String(name), (value as Call).bind(target), args)
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  })
}

/** The view is used again for the next packet, and changed by translation. */
function fieldsOf(view: MatchInput): MatchInput {
  const { source, destination, protocol, sourcePort, destinationPort, icmpType, icmpCode } = view
  const { tcpFlags, fragmentOffset, totalLength, tos } = view
  const ends = { source, destination, protocol, sourcePort, destinationPort }
  return { ...ends, icmpType, icmpCode, tcpFlags, fragmentOffset, totalLength, tos }
}

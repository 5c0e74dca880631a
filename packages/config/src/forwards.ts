/**
 * Port forwarding: which connections from outside lead to which machine inside, and what else may come in for whom.
 *
 * A forward lets in and translates: no rule is needed beside it. The policy of a chain does not stop it; a rule that denies does.
 * The first entry that fits a packet decides, and the DMZ host (protocol `all`) comes after all others.
 */
import { z } from 'zod'
import { formatAddress, parseAddress, parseNetwork } from './address.ts'
import { FORWARD_PROTOCOLS, type ForwardProtocol, usesTcp, usesUdp } from './forward-protocols.ts'

const port = z
  .int('a port is a whole number')
  .min(1, 'ports begin at 1')
  .max(65535, 'the highest port is 65535')

const comment = z.string().max(200, 'at most 200 characters')
const id = z.int().min(1).max(0xffffff)

const address = z.string().refine((text) => parseAddress(text) !== null, {
  error: (issue) =>
    issue.input === '' ? 'which machine? Its address is missing' : `“${issue.input}” is not an IPv4 address`,
})

const network = z.string().superRefine((text, context) => {
  const parsed = parseNetwork(text)
  if (typeof parsed === 'string') context.addIssue({ code: 'custom', message: parsed })
})

/** Both ends inclusive. */
const portRange = z
  .strictObject({ from: port, to: port })
  .refine(({ from, to }) => from <= to, { path: ['to'], message: 'the range ends before it begins' })

export const forwardSchema = z
  .strictObject({
    /** Connections and counters refer to it. */
    id,
    enabled: z.boolean(),
    comment,
    /** `all`: the DMZ host, which gets whatever nobody else wants, of every protocol. */
    protocol: z.enum(FORWARD_PROTOCOLS),
    /** The ports that the Internet knows; null for the DMZ host. */
    ports: portRange.nullable(),
    /** Several take turns: each serves as many new connections in a row as it has turns (`ipmasqadm portfw -p`). */
    targets: z
      .array(
        z.strictObject({
          address,
          turns: z.int('whole number, please').min(1, 'at least 1').max(10_000, 'at most 10000'),
        }),
      )
      .min(1, 'which machine? Name at least one')
      .max(16, 'at most 16 machines'),
    /** The first port at the machine; null: the same as outside. */
    targetPort: port.nullable(),
    /** Who may come: an address or a network of the Internet; null: anybody. */
    source: network.nullable(),
  })
  .superRefine((forward, context) => {
    const fault = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message })
    const { protocol, ports, targetPort, targets } = forward
    if (protocol === 'all') {
      if (ports !== null) fault(['ports'], 'the DMZ host gets every port; leave the ports empty')
      if (targetPort !== null) fault(['targetPort'], 'the DMZ host keeps the ports as they are')
      if (targets.length > 1) fault(['targets', 1], 'there can be only one DMZ host')
    } else if (ports === null) fault(['ports'], 'which port? Write one, or a range')
    else if (targetPort !== null && targetPort + ports.to - ports.from > 65535)
      fault(
        ['targetPort'],
        `the range does not fit: the last port would be ${targetPort + ports.to - ports.from}`,
      )
    targets.forEach(({ address: one }, i) => {
      if (targets.slice(0, i).some((other) => other.address === one))
        fault(['targets', i, 'address'], `${one} is listed twice; give it more turns instead`)
    })
  })
export type Forward = z.infer<typeof forwardSchema>

/**
 * Ports that open by themselves for the machine that asks (`ipmasqadm autofw -c`): a packet to the control port opens the range
 * for 15 seconds, for the server that was asked or, where `anyServer` says so, for everybody.
 */
export const triggerSchema = z.strictObject({
  id,
  enabled: z.boolean(),
  comment,
  control: z.strictObject({ protocol: z.enum(['tcp', 'udp']), port }),
  opens: z
    .strictObject({ protocol: z.enum(['tcp', 'udp']), from: port, to: port })
    .refine(({ from, to }) => from <= to, { path: ['to'], message: 'the range ends before it begins' }),
  anyServer: z.boolean(),
})
export type Trigger = z.infer<typeof triggerSchema>

/**
 * Leads by the mark that rules have given a packet (`ipmasqadm mfw`): what comes in with it goes to a machine, whatever its port. TCP
 * only from its first segment on.
 */
export const markedForwardSchema = z
  .strictObject({
    id,
    enabled: z.boolean(),
    comment,
    mark: z
      .int('a mark is a whole number')
      .min(1, 'a mark is at least 1; 0 is what no rule has marked')
      .max(0x7fffffff, 'at most 2147483647'),
    /** Several take turns as those of forwards do; with 0 the first one always has it. */
    targets: z
      .array(
        z.strictObject({
          address,
          turns: z.int('whole number, please').min(0, 'at least 0').max(10_000, 'at most 10000'),
        }),
      )
      .min(1, 'which machine? Name at least one')
      .max(16, 'at most 16 machines'),
    /** The port at the machine; null: the one that the packet came for. */
    targetPort: port.nullable(),
  })
  .superRefine(({ targets }, context) => {
    targets.forEach(({ address: one }, i) => {
      if (targets.slice(0, i).some((other) => other.address === one))
        context.addIssue({
          code: 'custom',
          path: ['targets', i, 'address'],
          message: `${one} is listed twice; give it more turns instead`,
        })
    })
  })
export type MarkedForward = z.infer<typeof markedForwardSchema>

export const forwardsSchema = z
  .strictObject({
    list: z.array(forwardSchema).max(200, 'at most 200 forwards'),
    triggers: z.array(triggerSchema).max(50, 'at most 50 triggers'),
    /**
     * Machines to whose ports everybody may send once they have sent from them themselves, as game consoles like it
     * (endpoint-independent filtering, RFC 4787 §5). For all others only whom they have sent to may answer.
     */
    consoles: z.array(address).max(32, 'at most 32 machines'),
    marks: z.array(markedForwardSchema).max(30, 'at most 30 marks').default([]),
  })
  .superRefine(({ list, triggers, consoles, marks }, context) => {
    const fault = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message })
    list.forEach((forward, i) => {
      const before = list.slice(0, i)
      if (before.some((other) => other.id === forward.id)) fault(['list', i, 'id'], 'this number is taken')
      const shadow = forward.enabled ? before.find((other) => shadows(other, forward)) : undefined
      if (shadow)
        fault(
          ['list', i, shadow.protocol === 'all' ? 'protocol' : 'ports'],
          shadow.protocol === 'all'
            ? `there can be only one DMZ host, and it is ${targetWords(shadow)} already`
            : `${portWords(shadow)} already leads to ${targetWords(shadow)}`,
        )
    })
    triggers.forEach(({ id: own }, i) => {
      if ([...list, ...triggers.slice(0, i)].some((other) => other.id === own))
        fault(['triggers', i, 'id'], 'this number is taken')
    })
    marks.forEach((marked, i) => {
      if ([...list, ...triggers, ...marks.slice(0, i)].some((other) => other.id === marked.id))
        fault(['marks', i, 'id'], 'this number is taken')
      if (marked.enabled && marks.slice(0, i).some((other) => other.enabled && other.mark === marked.mark))
        fault(['marks', i, 'mark'], `mark ${marked.mark} leads to a machine already; name both there`)
    })
    consoles.forEach((one, i) => {
      if (consoles.indexOf(one) < i) fault(['consoles', i], `${one} is listed twice`)
    })
  })
export type Forwards = z.infer<typeof forwardsSchema>

/** Whether some packets that `later` is for are taken by `earlier` already, and none could tell that it is not so. */
function shadows(earlier: Forward, later: Forward): boolean {
  if (!earlier.enabled) return false
  if (earlier.protocol === 'all' || later.protocol === 'all') return earlier.protocol === later.protocol
  const shared =
    (usesTcp(earlier.protocol) && usesTcp(later.protocol)) ||
    (usesUdp(earlier.protocol) && usesUdp(later.protocol))
  if (!shared || !earlier.ports || !later.ports) return false
  if (earlier.ports.to < later.ports.from || later.ports.to < earlier.ports.from) return false
  return covers(earlier.source, later.source)
}

/** Whether everybody of the network `inner` is also of `outer`; null: everybody. */
function covers(outer: string | null, inner: string | null): boolean {
  if (outer === null) return true
  if (inner === null) return false
  const [large, small] = [parseNetwork(outer), parseNetwork(inner)]
  if (typeof large === 'string' || typeof small === 'string') return outer === inner
  return large.mask <= small.mask && (small.address & large.mask) >>> 0 === large.address
}

const PROTOCOL_WORDS: Record<ForwardProtocol, string> = {
  tcp: 'TCP port',
  udp: 'UDP port',
  both: 'port',
  all: 'everything else',
}

/** @returns `TCP port 80`, `ports 5000–5010`, `everything else` */
export function portWords({ protocol, ports }: Pick<Forward, 'protocol' | 'ports'>): string {
  if (!ports) return PROTOCOL_WORDS[protocol]
  const several = ports.from !== ports.to
  return `${PROTOCOL_WORDS[protocol]}${several ? 's' : ''} ${ports.from}${several ? `–${ports.to}` : ''}`
}

/** @returns `192.168.77.20`, `192.168.77.20 port 8080`, `192.168.77.20 and 192.168.77.21 in turn` */
export function targetWords({
  targets,
  ports,
  targetPort,
}: Pick<Forward, 'targets' | 'ports' | 'targetPort'>): string {
  const machines = targets.map(({ address: one }) => one)
  const turns = machines.length > 1 ? ' in turn' : ''
  const moved = targetPort !== null && targetPort !== ports?.from
  const many =
    moved && ports && ports.to > ports.from
      ? `s ${targetPort}–${targetPort + ports.to - ports.from}`
      : ` ${targetPort}`
  const words =
    machines.length > 1 ? `${machines.slice(0, -1).join(', ')} and ${machines.at(-1)}` : machines[0]
  return `${words}${moved ? ` port${many}` : ''}${turns}`
}

/** Where a home network has moved: the same machines in it. @param move null: the machine has no place any more */
export function movedForwards(forwards: Forwards, move: (address: number) => number | null): Forwards {
  const at = (text: string): string => {
    const moved = move(parseAddress(text)!)
    return moved === null ? text : formatAddress(moved)
  }
  return {
    ...forwards,
    list: forwards.list.map((forward) => ({
      ...forward,
      targets: forward.targets.map((target) => ({ ...target, address: at(target.address) })),
    })),
    consoles: forwards.consoles.map(at),
    marks: forwards.marks.map((marked) => ({
      ...marked,
      targets: marked.targets.map((target) => ({ ...target, address: at(target.address) })),
    })),
  }
}

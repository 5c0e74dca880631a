/** What was noted of a packet, as stations and sentences for people. */
import { STATE, trace, verdictName } from '@bauta/chains'
import {
  type ConnectionStateName,
  chainLabel,
  formatAddress,
  HELPER_TITLES,
  type Snapshot,
  shownName,
} from '@bauta/config'
import type { TracePacket, TraceStation, TraceWay } from '@bauta/control/schemas'
import { formatPacket, PacketView, PROTOCOL, parsePacket, readVnetHeader, VNET_HEADER } from '@bauta/packet'
import { DROP_REASONS } from '../drop-reasons.ts'
import { BOX } from '../path/crossing.ts'
import { interfaceTable, type PathConfig } from '../path-config.ts'
import type { Asked, Event, Met } from './recorder.ts'
import type { Crossed } from './tracer.ts'

export function wayInWords(crossed: Crossed, config: PathConfig, snapshot: Snapshot): TraceWay {
  const { frame, from, reason, events, crossing } = crossed
  const nameOf = (index: number) => config.interfaces[index]?.name ?? null
  const before = packetIn(frame)
  const writes = events.filter((event) => event.kind === 'write')
  // What the box tells about a packet goes out before or instead of it: the packet itself is what is written last, unless dropped.
  const told = (reason > 0 ? writes : writes.slice(0, -1)).map(({ frame: sent }) => packetIn(sent).text)
  const sent = reason > 0 ? undefined : writes.at(-1)
  const after = sent ? packetIn(sent.frame) : null
  const toBox = sent !== undefined && from !== BOX && crossing.isOwn(addressOf(sent.frame))
  const outcome = reason > 0 ? 'dropped' : !sent ? 'held' : toBox ? 'delivered' : 'carried'
  const out = outcome === 'carried' ? nameOf(crossing.outIf) : null
  const stations: TraceStation[] = [
    station('arrive', from === BOX ? 'from the box itself' : `in by ${nameOf(from)}`, `${before.text}.`),
    ...events.flatMap((event) => stationOf(event, snapshot)),
  ]
  if (after && changed(before, after))
    stations.push(station('translate', 'translation', `${ends(before)} becomes ${ends(after)}.`))
  for (const text of told) stations.push(station('answer', 'the sender is told', `${text}.`))
  const asked = decisive(events, outcome, from === BOX, snapshot)
  const last = asked
    ? { ruleId: asked.ruleId, chain: labelOf(asked, snapshot) }
    : { ruleId: null, chain: null }
  const summary = sentence(outcome, { reason, last, before, after, out, snapshot, asked })
  stations.push(finalStation(outcome, summary, reason, out))
  return {
    outcome,
    reason: reason > 0 ? DROP_REASONS[reason]!.name : null,
    summary,
    ...last,
    forwarded: reason === 0 && events.some(isForwarded),
    in: nameOf(from),
    out,
    before,
    after,
    told,
    stations,
  }
}

/** Whose word lets a packet go where it goes, the first that was asked: what comes after them only sees it leave. */
const DECIDING = {
  through: ['forward', 'FORWARD', 'input', 'INPUT'],
  in: ['input', 'INPUT'],
  out: ['output', 'OUTPUT'],
}

/** @returns the chain that decided about the packet; of a dropped one the last that was asked */
function decisive(
  events: readonly Event[],
  outcome: TraceWay['outcome'],
  fromBox: boolean,
  snapshot: Snapshot,
): Asked | undefined {
  const asked = events.filter((event) => event.kind === 'chain')
  if (outcome === 'dropped') return asked.at(-1)
  const names = DECIDING[outcome === 'delivered' ? 'in' : fromBox ? 'out' : 'through']
  const deciding = names.flatMap((name) => asked.find((event) => labelOf(event, snapshot) === name) ?? [])
  return deciding[0] ?? asked.at(-1)
}

const isForwarded = (event: Event): boolean =>
  event.kind === 'table' && (event.connection?.forwarded ?? false)

const station = (kind: TraceStation['kind'], title: string, text: string): TraceStation => ({
  kind,
  title,
  text,
  rules: [],
  verdict: null,
  ruleId: null,
})

function finalStation(
  outcome: TraceWay['outcome'],
  summary: string,
  reason: number,
  out: string | null,
): TraceStation {
  switch (outcome) {
    case 'dropped':
      return station('drop', `dropped: ${DROP_REASONS[reason]!.name}`, DROP_REASONS[reason]!.meaning)
    case 'held':
      return station('hold', 'waits', summary)
    case 'delivered':
      return station('deliver', 'to the box itself', summary)
    case 'carried':
      return station('leave', `out by ${out ?? 'no interface'}`, summary)
  }
}

function stationOf(event: Event, snapshot: Snapshot): TraceStation[] {
  if (event.kind === 'chain') return [chainStation(event, snapshot)]
  if (event.kind === 'expected') return [expectation(event)]
  if (event.kind !== 'table') return []
  const { call, connection } = event
  return [call.startsWith('find') ? lookUp(call, connection) : opening(connection)]
}

function lookUp(call: string, found: Met | null): TraceStation {
  const title = 'connection table'
  if (!found) return station('look-up', title, 'It belongs to no connection in the table.')
  const about = call.includes('Error') ? 'It is an ICMP error about' : 'It belongs to'
  const whose = found.local ? 'the box’s own connection' : 'the connection'
  const near = `${formatAddress(found.client)}:${found.clientPort}`
  const far = `${formatAddress(found.server)}:${found.serverPort}`
  const masq = `${formatAddress(found.wan)}:${found.masqPort}`
  return station('look-up', title, `${about} ${whose} ${near} (${masq}) → ${far}, ${found.state}.`)
}

function expectation({ helper, connection }: Extract<Event, { kind: 'expected' }>): TraceStation {
  const who = helper ? `The helper for ${HELPER_TITLES[helper]}` : 'A protocol helper'
  const where = connection
    ? `the connection ${formatAddress(connection.client)}:${connection.clientPort} → ${formatAddress(connection.server)}:${connection.serverPort}`
    : 'a connection that has ended'
  return station('look-up', 'announced connection', `${who} waits for it: ${where} has announced it.`)
}

function opening(made: Met | null): TraceStation {
  if (!made) return station('open', 'new connection', 'It needs a connection, and none can be opened.')
  const towards = wayIn(made)
  if (towards) return station('open', 'new connection', towards)
  const port =
    made.masqPort === made.clientPort
      ? `the number ${made.masqPort} is kept`
      : `the number ${made.clientPort} is not to be had, so another is drawn (say ${made.masqPort})`
  const who = made.local ? 'The box’s own connection is remembered' : 'A connection is opened'
  const led =
    made.asked === made.server
      ? ''
      : ` What asks ${formatAddress(made.asked)} is led to ${formatAddress(made.server)}.`
  return station('open', 'new connection', `${who} as ${formatAddress(made.wan)}; ${port}.${led}`)
}

/** @returns what a connection from outside, or one that is turned round, leads to; null for every other */
function wayIn({
  local,
  forwarded,
  fromOutside,
  expected,
  client,
  clientPort,
  server,
  serverPort,
}: Met): string | null {
  if (local || !(forwarded || fromOutside)) return null
  const [address, port] = fromOutside ? [client, clientPort] : [server, serverPort]
  const where = `${formatAddress(address)}:${port}`
  if (expected && !forwarded) return `It is let in as announced, and led to ${where}.`
  return forwarded
    ? `Port forwarding leads it to ${where}; only a rule that denies could stop that, a policy does not.`
    : `A connection is opened that leads it to ${where}.`
}

function chainStation(asked: Asked, snapshot: Snapshot): TraceStation {
  const { rules } = snapshot
  const { hook, input, inIf, outIf, state, mark } = asked
  const known = (state & (STATE.ESTABLISHED | STATE.RELATED)) !== 0
  const context = { inIf, outIf, known, state: stateName(state), mark: mark >>> 0 }
  const found = trace(rules, interfaceTable(snapshot), hook, input, context)
  const verdict = shownName(verdictName(asked.verdict), rules.dialect)
  const who = asked.ruleId === 0 ? 'the policy' : `rule ${asked.ruleId}`
  const same = found.verdict === asked.verdict && found.ruleId === asked.ruleId
  const doubt = same
    ? ''
    : ' The steps below were told from the rules’ text and come to another end; please report this.'
  return {
    kind: 'chain',
    title: labelOf(asked, snapshot),
    text: `${verdict}: ${who} decides.${doubt}`,
    rules: found.steps,
    verdict,
    ruleId: asked.ruleId,
  }
}

const labelOf = ({ hook }: Asked, { rules }: Snapshot): string => chainLabel(rules.chains[hook]!)

function stateName(state: number): ConnectionStateName {
  const names = Object.keys(STATE) as ConnectionStateName[]
  return names.find((name) => STATE[name] === state) ?? 'NEW'
}

interface Told {
  reason: number
  last: { ruleId: number | null; chain: string | null }
  before: TracePacket
  after: TracePacket | null
  out: string | null
  snapshot: Snapshot
  asked: Asked | undefined
}

function sentence(outcome: TraceWay['outcome'], told: Told): string {
  const { reason, last, before, after, out, snapshot, asked } = told
  const who = last.ruleId === 0 ? `the policy of ${last.chain}` : `rule ${last.ruleId} in ${last.chain}`
  switch (outcome) {
    case 'dropped': {
      const { group, meaning, name } = DROP_REASONS[reason]!
      if (group !== 'rule' || !asked) return `It is dropped (${name}): ${meaning}`
      const verdict = shownName(verdictName(asked.verdict), snapshot.rules.dialect)
      return `It is dropped (${name}): ${who} says ${verdict}.`
    }
    case 'held':
      return 'It is a fragment, and waits for the rest of its datagram.'
    case 'delivered':
      return last.ruleId === null ? 'It reaches the box.' : `It reaches the box: ${who} lets it in.`
    case 'carried': {
      const translated =
        after && changed(before, after) ? `, as ${ends(after)}` : ', with its addresses as they are'
      return `It leaves by ${out ?? 'no interface'}${translated}.`
    }
  }
}

const changed = (a: TracePacket, b: TracePacket): boolean =>
  a.source !== b.source ||
  a.destination !== b.destination ||
  a.sourcePort !== b.sourcePort ||
  a.destinationPort !== b.destinationPort

const end = (address: string, port: number | null) => (port === null ? address : `${address}:${port}`)
const ends = (packet: TracePacket) =>
  `${end(packet.source, packet.sourcePort)} → ${end(packet.destination, packet.destinationPort)}`

const view = new PacketView()

function parsed(frame: Uint8Array): PacketView {
  readVnetHeader(view, frame, 0)
  parsePacket(view, frame, VNET_HEADER, frame.length - VNET_HEADER)
  return view
}

const addressOf = (frame: Uint8Array): number => parsed(frame).destination

export function packetIn(frame: Uint8Array): TracePacket {
  const { protocol, sourcePort, destinationPort, source, destination, icmpId, icmpType } = parsed(frame)
  const query = protocol === PROTOCOL.icmp && icmpId > 0
  // The identifier belongs to the end that asks.
  const asks = icmpType === 8 || icmpType === 13 || icmpType === 15 || icmpType === 17
  const portless = protocol !== PROTOCOL.tcp && protocol !== PROTOCOL.udp
  return {
    text: formatPacket(view),
    source: formatAddress(source),
    sourcePort: query && asks ? icmpId : portless ? null : sourcePort,
    destination: formatAddress(destination),
    destinationPort: query && !asks ? icmpId : portless ? null : destinationPort,
  }
}

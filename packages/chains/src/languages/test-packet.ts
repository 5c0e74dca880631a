/** `-C`: what would become of one packet in one chain, in the words of the program. */
import { type Chain, parseAddress, type Rules } from '@bauta/config'
import type { InterfaceTable } from '../interface-table.ts'
import { NO_INTERFACE } from '../interface-table.ts'
import { HOOK, verdictName } from '../packet-input.ts'
import { trace } from '../trace.ts'
import type { Program, TestPacket } from './commands.ts'

const IPCHAINS_WORDS: Readonly<Record<string, string>> = {
  ACCEPT: 'accepted',
  DENY: 'denied',
  REJECT: 'rejected',
  MASQ: 'masqueraded',
  REDIRECT: 'redirected',
}

/** @returns null where there is no such chain */
export function testPacket(
  rules: Rules,
  interfaces: InterfaceTable,
  chain: string,
  packet: TestPacket,
  program: Program,
): string | null {
  const tested = rules.chains.find(({ name }) => name === chain)
  if (!tested) return null
  const hook = chain in HOOK ? HOOK[chain as keyof typeof HOOK] : HOOK.forward
  const { table, index } = withDevice(interfaces, packet.device)
  const context = {
    inIf: hook === HOOK.input ? index : NO_INTERFACE,
    outIf: hook === HOOK.input ? NO_INTERFACE : index,
    known: false,
  }
  const { verdict, steps } = trace(callingOnly(rules, tested, hook), table, hook, inputOf(packet), context)
  const last = steps.at(-1)
  const passed = tested.policy === null && last?.outcome === 'policy'
  const word = passed ? 'passed through chain' : (IPCHAINS_WORDS[verdictName(verdict)] ?? 'accepted')
  if (program === 'ipfwadm') return `packet ${word}\n`
  return `${word}\n`
}

/** A user chain is tested as if a built-in chain did nothing but call it. */
function callingOnly(rules: Rules, tested: Chain, hook: number): Rules {
  if (tested.policy !== null) return rules
  const chains = rules.chains.map((chain, i) =>
    i === hook ? { ...chain, policy: 'ACCEPT' as const, rules: tested.rules } : chain,
  )
  return { ...rules, chains }
}

/** The packet's device, with a place of its own where the box has none of the name. */
function withDevice(interfaces: InterfaceTable, name: string): { table: InterfaceTable; index: number } {
  const known = interfaces.list.find((entry) => entry.name === name)
  if (known) return { table: interfaces, index: known.index }
  if (name === '') return { table: interfaces, index: NO_INTERFACE }
  const index = 31
  return { table: { list: [...interfaces.list, { index, name, role: 'unused' }] }, index }
}

const inputOf = (packet: TestPacket) => ({
  source: parseAddress(packet.source) ?? 0,
  destination: parseAddress(packet.destination) ?? 0,
  protocol: packet.protocol,
  sourcePort: packet.sourcePort,
  destinationPort: packet.destinationPort,
  icmpType: packet.icmpType,
  icmpCode: packet.icmpCode,
  // Without -y: a packet of a connection that is open.
  tcpFlags: packet.protocol !== 6 ? 0 : packet.syn ? 2 : 16,
  fragmentOffset: packet.fragment ? 8 : 0,
  totalLength: 60,
  tos: 0,
})

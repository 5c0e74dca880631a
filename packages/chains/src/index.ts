/**
 * Chains of rules in both dialects: compile, evaluate, trace, print. Browser-safe: the rule editor, the packet
 * tracer and the dataplane run the very same code.
 */
export { assertBounded, chainsOnWayIn, referencesTo } from './chain-graph.ts'
export { compileChains } from './compile.ts'
export { macNumber } from './compile-extra.ts'
export {
  type Count,
  type CounterReader,
  countersOfReport,
  countersOfSlots,
  noCounters,
} from './counter-reader.ts'
export { Evaluator } from './evaluator.ts'
export {
  type InterfaceEntry,
  type InterfaceTable,
  NO_INTERFACE,
  resolveInterface,
} from './interface-table.ts'
export * from './languages/index.ts'
export { type ListOptions, listChains } from './list-chains.ts'
export { formatExpiry, ipchainsMasqListing, type MasqListOptions } from './masq-listing.ts'
export { type MasqRow, masqProtocolName, parseMasquerade, shownServerPort } from './masq-row.ts'
export type { PacketContext } from './mismatch.ts'
export { icmpName, type Names, protocolName, tcpFlagNames } from './names.ts'
export {
  type ConnectionState,
  HOOK,
  type Hook,
  KNOWN,
  type MatchInput,
  NETFILTER_HOOK,
  PROTOCOL,
  STATE,
  SYN_ONLY,
  VERDICT,
  type Verdict,
  verdictName,
} from './packet-input.ts'
export { procFwchains, procFwnames } from './proc-firewall.ts'
export {
  CLAMP_TO_MTU,
  type CompiledChains,
  type CompiledLimit,
  type CompiledTarget,
  NO_TARGET,
} from './program.ts'
export { ruleToText, targetName } from './rule-text.ts'
export { switchDialect } from './switch-dialect.ts'
export type { Switched, SwitchNote } from './switch-notes.ts'
export { type Trace, type TraceOutcome, type TraceStep, trace } from './trace.ts'

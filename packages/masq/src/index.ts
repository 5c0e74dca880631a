/** IP masquerading: the connection table, its states, timers and ports, and the translation of packets. */
export { ANSWER, CARRY, CARRY_STATES, type Carrier, type CarryName, carriedBit } from './carry.ts'
export { FAILURE, failureText } from './classic-ports.ts'
export { ConnectionFields, FLAG } from './connection-fields.ts'
export { copyTable } from './copy-table.ts'
export { hashKey } from './hash.ts'
export type { Conversation, Expectation, Helper } from './helpers/helper.ts'
export type { Announcement } from './helpers/opening.ts'
export { HELPED } from './helpers/result.ts'
export { isTranslatedError } from './icmp-errors.ts'
export { KERNEL_LAYOUT } from './kernel-layout.ts'
export { type Direction, IN, OUT } from './key-index.ts'
export {
  HEADER_WORD,
  HEADER_WORDS,
  INDEX_AT,
  indexBytes,
  LAYOUT_VERSION,
  protocolIndex,
  SLOT_BYTES,
  SLOTS_PER_BUCKET,
  TICKS_PER_SECOND,
  tableBytes,
} from './layout.ts'
export * from './masquerader.ts'
export type { MasqueraderOptions, MasqueraderSettings } from './masquerader-settings.ts'
export * from './no-slot.ts'
export { REST_TICKS } from './ports.ts'
export { nextTcpState, STATE, STATE_NAMES, type StateName, TCP_MATRIX } from './states.ts'
export { ConnectionTable, type FoundTable, type FreePorts, foundTable, type TableOptions } from './table.ts'
export { stateTimeouts, timeoutTable } from './timeouts.ts'
export { SOURCE, Translation } from './translation.ts'
export { farPortIn, farPortOut, isPortless, nearPortIn, nearPortOut } from './view-keys.ts'

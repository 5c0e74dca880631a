/** IP masquerading: the connection table, its states, timers and ports, and the translation of packets. */
export { ConnectionFields, FLAG } from './connection-fields.ts'
export { isTranslatedError } from './icmp-errors.ts'
export { protocolIndex, TICKS_PER_SECOND, tableBytes } from './layout.ts'
export * from './masquerader.ts'
export { REST_TICKS } from './ports.ts'
export { nextTcpState, STATE, STATE_NAMES, type StateName, TCP_MATRIX } from './states.ts'
export { ConnectionTable, type FreePorts, type TableOptions } from './table.ts'
export { stateTimeouts, timeoutTable } from './timeouts.ts'

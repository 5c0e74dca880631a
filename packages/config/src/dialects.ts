/**
 * The two dialects of rules, and what each calls things.
 *
 * - `classic`: Linux 2.2. Chains `input`, `forward`, `output`; a forwarded packet meets all three; MASQ only in `forward`.
 * - `netfilter`: tables filter, nat and mangle. A forwarded packet meets FORWARD only; nat sees the first packet of a
 *   connection; rules may ask for the state of a connection.
 *
 * The two do not live together in one set of rules: each match and each target says which dialect has it. What both have is
 * stored under one name (DENY, MASQ); netfilter shows and reads it as DROP and MASQUERADE.
 */
export const DIALECTS = ['classic', 'netfilter'] as const
export type Dialect = (typeof DIALECTS)[number]
export const TABLES = ['filter', 'nat', 'mangle'] as const
export type Table = (typeof TABLES)[number]

/** The built-in chains of the classic dialect. */
export const BUILT_IN_CHAINS = ['input', 'forward', 'output'] as const
export type BuiltInChain = (typeof BUILT_IN_CHAINS)[number]

export interface ChainIdentity {
  readonly table: Table
  readonly name: string
}

/** In the order in which rule sets hold them; user chains follow. */
export const BUILT_INS: Readonly<Record<Dialect, readonly ChainIdentity[]>> = {
  classic: BUILT_IN_CHAINS.map((name) => ({ table: 'filter', name })),
  netfilter: [
    { table: 'filter', name: 'INPUT' },
    { table: 'filter', name: 'FORWARD' },
    { table: 'filter', name: 'OUTPUT' },
    { table: 'nat', name: 'PREROUTING' },
    { table: 'nat', name: 'POSTROUTING' },
    { table: 'nat', name: 'OUTPUT' },
    { table: 'mangle', name: 'PREROUTING' },
    { table: 'mangle', name: 'INPUT' },
    { table: 'mangle', name: 'FORWARD' },
    { table: 'mangle', name: 'OUTPUT' },
    { table: 'mangle', name: 'POSTROUTING' },
  ],
}

/** 8: IP_FW_MAX_LABEL_LENGTH of 2.2; 28: XT_EXTENSION_MAXNAMELEN of iptables without its end. */
export const CHAIN_NAME_LENGTH: Readonly<Record<Dialect, number>> = { classic: 8, netfilter: 28 }

/** What identifies a chain within its rules, and how it is called: the table goes without saying where it is filter. */
export const chainLabel = ({ table, name }: ChainIdentity): string =>
  table === 'filter' ? name : `${table} ${name}`

const NETFILTER_NAMES: Readonly<Record<string, string>> = { DENY: 'DROP', MASQ: 'MASQUERADE' }

/** @param name as stored @returns the name of a target or policy in the words of the dialect */
export const shownName = (name: string, dialect: Dialect): string =>
  dialect === 'netfilter' ? (NETFILTER_NAMES[name] ?? name) : name

/** What iptables says and takes: its refusals, and its short and long options. */
import type { Obstacle } from './edit.ts'

export const IPTABLES_VERSION = 'iptables v1.8.9 (legacy)'

export const IPTABLES_OBSTACLES: Readonly<Record<Obstacle, string>> = {
  'no-chain': 'No chain/target/match by that name.',
  // A name that is none was looked for as a module: what is left are built-in chains.
  'no-target': "Invalid argument. Run `dmesg' for more information.",
  'no-rule': 'Bad rule (does a matching rule exist in that chain?).',
  'not-empty': 'Directory not empty.',
  exists: 'Chain already exists.',
  'name-taken': 'File exists.',
  'in-use': 'Too many links.',
  'insert-index': 'Index of insertion too big.',
  'replace-index': 'Index of replacement too big.',
  'delete-index': 'Index of deletion too big.',
  'zero-index': 'Index of counter too big.',
  'own-chain': 'Bad built-in chain name.',
  'built-in': "Invalid argument. Run `dmesg' for more information.",
}

export const COMMANDS: Readonly<Record<string, string>> = {
  append: 'A',
  check: 'C',
  delete: 'D',
  insert: 'I',
  replace: 'R',
  list: 'L',
  'list-rules': 'S',
  flush: 'F',
  zero: 'Z',
  'new-chain': 'N',
  new: 'N',
  'delete-chain': 'X',
  policy: 'P',
  'rename-chain': 'E',
  rename: 'E',
}
export const OPTIONS: Readonly<Record<string, string>> = {
  source: 's',
  src: 's',
  destination: 'd',
  dst: 'd',
  protocol: 'p',
  proto: 'p',
  'in-interface': 'i',
  'out-interface': 'o',
  jump: 'j',
  goto: 'g',
  table: 't',
  match: 'm',
  numeric: 'n',
  verbose: 'v',
  exact: 'x',
  fragments: 'f',
  fragment: 'f',
  version: 'V',
  help: 'h',
  'set-counters': 'c',
  'line-numbers': '0',
  modprobe: 'M',
  wait: 'w',
  'wait-interval': 'W',
  ipv4: '4',
}
/** Letters that take a value. */
export const VALUED = 'sdpiojgtmM'
/** Commands whose chain must, or may, follow. */
export const CHAIN_NEEDED = 'ACDIRNPE'

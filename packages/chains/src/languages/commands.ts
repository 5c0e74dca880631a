/** What a command line of any of the languages turns out to be. */
import type { ChainIdentity, Table } from '@bauta/config'
import type { Edit, Obstacle } from './edit.ts'
import type { ExitCode } from './problem.ts'

export const MODULE_PROGRAMS = ['modprobe', 'insmod', 'rmmod'] as const
/** What loads and unloads modules, and here switches helpers. */
export type ModuleProgram = (typeof MODULE_PROGRAMS)[number]

export type Program =
  | 'ipchains'
  | 'ipfwadm'
  | 'iptables'
  | 'iptables-save'
  | 'iptables-restore'
  | 'ipmasqadm'
  | ModuleProgram

export const isModuleProgram = (program: Program): program is ModuleProgram =>
  (MODULE_PROGRAMS as readonly string[]).includes(program)

export interface ListFlags {
  numeric: boolean
  verbose: boolean
  exact: boolean
  lineNumbers: boolean
}

/** A packet to be tested (`-C`). */
export interface TestPacket {
  source: string
  destination: string
  protocol: number
  sourcePort: number
  destinationPort: number
  icmpType: number
  icmpCode: number
  syn: boolean
  fragment: boolean
  device: string
}

/** ipfwadm has categories instead of chains. */
export type Category = 'forward' | 'input' | 'output' | 'accounting'

export type Command =
  | {
      kind: 'change'
      edits: Edit[]
      obstacles: Readonly<Record<Obstacle, string>>
      /** Printed before anything happens, as `-v` wants it. */
      echo: string
      /** What was read otherwise than it was written, and what is lost. */
      notes: string[]
    }
  | { kind: 'list'; chain: string | null; options: ListFlags; zero: boolean }
  | { kind: 'list-category'; category: Category; options: ListFlags; zero: boolean }
  | { kind: 'list-table'; table: Table; chain: string | null; options: ListFlags; zero: boolean }
  /** As commands (`-S`), with counters or without. */
  | { kind: 'print-table'; table: Table; chain: string | null; counters: boolean }
  /** As a file for iptables-restore. */
  | { kind: 'save'; tables: readonly Table[]; counters: boolean }
  | { kind: 'list-masquerade'; program: Program; options: Pick<ListFlags, 'numeric' | 'verbose'> }
  | { kind: 'test'; at: ChainIdentity; packets: TestPacket[]; program: Program; echo: string }
  /** netfilter's `-C`: is there a rule like this one? */
  | {
      kind: 'exists'
      edit: Extract<Edit, { do: 'delete-equal' }>
      obstacles: Readonly<Record<Obstacle, string>>
    }
  | { kind: 'print'; text: string }
  | { kind: 'problem'; exit: ExitCode; text: string }

/** What a bench leaves behind: everything that was measured, for `--json` and for the document. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Software } from '../lab/record.ts'
import type { Figures } from './scenario.ts'

export interface Failure {
  run: number
  scenario: string
  software: Software
  message: string
}

export interface Result {
  format: 2
  /** When it began, ISO 8601. */
  at: string
  /** The command line's words after `./bauta bench`. */
  command: string
  /** What whoever ran it says about it. */
  note: string | null
  conditions: Record<string, string>
  /** By scenario and software, a set of figures for each run; one that failed in the middle has those that it came to. */
  figures: Record<string, Partial<Record<Software, Figures[]>>>
  failures: Failure[]
}

export const save = (file: string, result: Result): void =>
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`)

/** @throws where the file is no result of this bench */
export function load(file: string): Result {
  if (!existsSync(file)) throw new Error(`${file}: there is no such file`)
  const result = JSON.parse(readFileSync(file, 'utf8')) as Partial<Result>
  if (result.format !== 2 || !result.figures || !result.conditions)
    throw new Error(`${file}: not a result of ./bauta bench --json, or one of an older form`)
  return result as Result
}

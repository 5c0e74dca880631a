/**
 * `node document.ts [FILE…]`: takes results of the bench into docs/bench, and writes the figures of docs/performance.md and their plots
 * anew from everything that is there.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { ROOT } from '../lab/record.ts'
import { type Document, type Source, withFigures } from './document-text.ts'
import { load } from './result.ts'
import { SCENARIOS } from './scenarios/index.ts'

export const DOCUMENT = path.join(ROOT, 'docs/performance.md')
export const FOLDER = path.join(ROOT, 'docs/bench')

/** @returns the document as the figures in docs/bench have it, the newest result first */
export function documentOf(text: string): Document {
  return withFigures(text, sources(), SCENARIOS)
}

function sources(): Source[] {
  return filesOf('.json')
    .map((file) => ({ name: path.basename(file, '.json'), result: load(path.join(FOLDER, file)) }))
    .sort((a, b) => b.result.at.localeCompare(a.result.at))
}

export const filesOf = (ending: string): string[] =>
  (existsSync(FOLDER) ? readdirSync(FOLDER) : []).filter((file) => file.endsWith(ending)).sort()

/** @param taken results that are to be kept in docs/bench from now on @returns the files that were written */
export function writeDocument(taken: readonly string[] = []): string[] {
  mkdirSync(FOLDER, { recursive: true })
  for (const file of taken) {
    load(file)
    const kept = path.join(FOLDER, path.basename(file))
    if (path.resolve(file) !== kept) copyFileSync(file, kept)
  }
  const { text, plots } = documentOf(readFileSync(DOCUMENT, 'utf8'))
  for (const stale of filesOf('.svg')) if (!plots.has(stale)) rmSync(path.join(FOLDER, stale))
  for (const [file, content] of plots) writeFileSync(path.join(FOLDER, file), content)
  writeFileSync(DOCUMENT, text)
  return [DOCUMENT, ...[...plots.keys()].map((file) => path.join(FOLDER, file))]
}

if (import.meta.main) for (const file of writeDocument(process.argv.slice(2))) console.log(`written: ${file}`)

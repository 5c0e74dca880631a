/** Who may import whom: the table of ARCHITECTURE.md, held against every import there is. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { importsOf, partOf, ROOT, type SourceFile, sourceFiles } from './sources.ts'

/** @returns for every row of the table, what it may import */
function readTable(): Map<string, Set<string>> {
  const lines = readFileSync(path.join(ROOT, 'ARCHITECTURE.md'), 'utf8').split('\n')
  const first = lines.findIndex((line) => line.startsWith('| may import |'))
  if (first < 0) throw new Error('ARCHITECTURE.md has no table that begins with “| may import |”')
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
  const columns = cells(lines[first]!)
  const table = new Map<string, Set<string>>()
  for (const line of lines.slice(first + 2)) {
    if (!line.startsWith('|')) break
    const [row, ...marks] = cells(line)
    const allowed = marks.flatMap((mark, i) => (mark === '✓' ? [`packages/${columns[i + 1]}`] : []))
    table.set(row!.includes('/') ? row! : `packages/${row}`, new Set(allowed))
  }
  return table
}

const table = readTable()
const files = sourceFiles()
const own = (source: SourceFile) =>
  importsOf(source.text).map((specifier) => [specifier, partOf(specifier, source)] as const)
const isTest = (file: string) => /\.test\.tsx?$|\/test\//.test(file)

describe('imports', () => {
  it('finds the sources', () => {
    expect(files.length).toBeGreaterThan(20)
    expect(new Set(files.map((source) => source.part))).toEqual(new Set(table.keys()))
  })

  it('stay inside the table of ARCHITECTURE.md', () => {
    const wrong = files.flatMap((source) =>
      own(source)
        .filter(
          ([, target]) => target !== null && target !== source.part && !table.get(source.part)?.has(target),
        )
        .map(([specifier]) => `${source.file} imports ${specifier}`),
    )
    expect(wrong).toEqual([])
  })

  it('reach another package only through its name, never by a path', () => {
    const wrong = files.flatMap((source) =>
      own(source)
        .filter(([specifier, target]) => specifier.startsWith('.') && target !== source.part)
        .map(([specifier]) => `${source.file} imports ${specifier}`),
    )
    expect(wrong).toEqual([])
  })

  it('of browser-safe packages are free of the platform', () => {
    const safe = ['packages/config', 'packages/chains', 'packages/packet']
    const wrong = files
      .filter((source) => safe.includes(source.part) && !isTest(source.file))
      .flatMap((source) =>
        importsOf(source.text)
          .filter((specifier) => specifier.startsWith('node:'))
          .map((specifier) => `${source.file} imports ${specifier}`),
      )
    expect(wrong).toEqual([])
  })

  it('of SQLite happen in packages/db only', () => {
    const wrong = files
      .filter((source) => source.part !== 'packages/db')
      .filter((source) =>
        importsOf(source.text).some((name) => /^(better-sqlite3|@prisma\/|node:sqlite)/.test(name)),
      )
    expect(wrong.map((source) => source.file)).toEqual([])
  })
})

describe('files', () => {
  it('are small enough to read: 500 lines at most', () => {
    const long = files
      .map((source) => `${source.file}: ${source.text.split('\n').length} lines`)
      .filter((line) => Number(/: (\d+)/.exec(line)![1]) > 500)
    expect(long).toEqual([])
  })
})

/** The project's own source files and what they import, read as text. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'

export const ROOT = path.resolve(import.meta.dirname, '../..')

export interface SourceFile {
  /** Path below the root. */
  file: string
  /** `apps/web`, `packages/masq`, … */
  part: string
  text: string
}

const SKIPPED = /node_modules|\.next|\/generated\/|next-env\.d\.ts/

export function sourceFiles(): SourceFile[] {
  return globSync('{packages,apps}/*/**/*.{ts,tsx}', { cwd: ROOT, exclude: (name) => SKIPPED.test(name) })
    .filter((file) => !SKIPPED.test(file))
    .sort()
    .map((file) => ({
      file,
      part: file.split(path.sep).slice(0, 2).join('/'),
      text: readFileSync(path.join(ROOT, file), 'utf8'),
    }))
}

const SPECIFIER =
  /(?:^|[\s;}])(?:import|export)\s(?:[^'"]*?\sfrom\s)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g

export function importsOf(text: string): string[] {
  return [...text.matchAll(SPECIFIER)].map((found) => found[1] ?? found[2]!)
}

/** @returns the part of the project that the specifier leads to, null for the platform and for npm packages */
export function partOf(specifier: string, from: SourceFile): string | null {
  const own = /^@bauta\/([^/]+)/.exec(specifier)
  if (own) return existsSync(path.join(ROOT, 'apps', own[1]!)) ? `apps/${own[1]}` : `packages/${own[1]}`
  if (!specifier.startsWith('.')) return null
  const target = path.join(path.dirname(from.file), specifier)
  return target.split(path.sep).slice(0, 2).join('/')
}

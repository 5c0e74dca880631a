/**
 * The product's sources as JavaScript. In a checkout Node strips the types whenever a file is loaded; on a box that would cost a minute
 * of a small processor's time at every first start, and the memory of the stripper in every thread. Stripping puts blanks in
 * the types' place, so lines and columns in a stack trace are still those of the source.
 */
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import path from 'node:path'

/** Every string that names a TypeScript file of ours: in an import, in an export of a package, in a `new URL`. */
const NAMES_SOURCE = /(['"])([\w@./-]+)\.ts\1/g

/** @param exists whether a path beside the file is a source of ours */
export function toJavaScript(source: string, exists: (name: string) => boolean): string {
  return renameSources(stripTypeScriptTypes(source, { mode: 'strip' }), exists)
}

const renameSources = (text: string, exists: (name: string) => boolean): string =>
  text.replace(NAMES_SOURCE, (whole, quote: string, name: string) =>
    exists(`${name}.ts`) ? `${quote}${name}.js${quote}` : whole,
  )

/** Turns every source below the folder; pages were built already, so their sources go. */
export function compileTree(folder: string): void {
  for (const name of globSync('{apps,packages}/**/*.tsx', { cwd: folder, exclude: skipped }))
    rmSync(path.join(folder, name))
  const sources = globSync('{apps,packages}/**/*.ts', { cwd: folder, exclude: skipped })
  const known = new Set(sources.map((name) => path.join(folder, name)))
  const beside = (file: string) => (name: string) => known.has(path.resolve(path.dirname(file), name))
  for (const file of known)
    writeFileSync(file.replace(/\.ts$/, '.js'), toJavaScript(readFileSync(file, 'utf8'), beside(file)))
  for (const name of globSync('{apps,packages}/*/package.json', { cwd: folder })) {
    const file = path.join(folder, name)
    writeFileSync(file, renameSources(readFileSync(file, 'utf8'), beside(file)))
  }
  for (const file of known) rmSync(file)
  const [left] = [...known].filter((file) => existsSync(file))
  if (left) throw new Error(`${left} is still there`)
}

const skipped = (name: string): boolean => /(^|\/)(\.next|node_modules)(\/|$)/.test(name)

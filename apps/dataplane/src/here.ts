/**
 * Where the program lies. It runs from its sources (in unit tests), or bundled into `dist` (everywhere else; bundle.ts says why). Both are
 * one folder below the app, and only this file knows which it is: everything that is found by a file's name is asked for here.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'

/** `src`, or `dist`: the bundle keeps all that it makes of modules in one folder. */
const HERE = import.meta.dirname
const APP = path.dirname(HERE)

/** What is started by its file, as a thread or as a process of its own. Each is an entry of the bundle. */
export const ENTRIES = [
  'main',
  'packet-thread-main',
  'dns/front-main',
  'dns/list-fetch-main',
  'services/dialin/slip-login-main',
] as const

/** @returns the file to start */
export const entry = (name: (typeof ENTRIES)[number]): string =>
  path.join(HERE, name + path.extname(import.meta.filename))

/** A file that is not a module, by its place below `src`, where it stays. */
export const asset = (name: string): string => path.join(APP, 'src', name)

export const PACKAGE_JSON: string = path.join(APP, 'package.json')

/** Beside the bundle: a sum of all its files. */
export const BUILD_ID = 'build-id'

/** @returns by what this very program is known again; null where it runs from sources, which may change at any time */
export function buildId(): string | null {
  try {
    return readFileSync(path.join(HERE, BUILD_ID), 'utf8')
  } catch {
    return null
  }
}

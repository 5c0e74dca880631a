import { readFileSync } from 'node:fs'
import { PACKAGE_JSON } from './here.ts'

/** What runs, as package.json says it. */
export const VERSION = (JSON.parse(readFileSync(PACKAGE_JSON, 'utf8')) as { version: string }).version

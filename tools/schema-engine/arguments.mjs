/** The command line that the Prisma CLI gives its schema engine. */
import { resolve } from 'node:path'

/**
 * @param {readonly string[]} argv without node and script
 * @returns {{ models: string[], datasource: { url?: string }, version: boolean, words: string[] }}
 *   schema files, the datasource of prisma.config.ts, and what is left: `cli` with its command
 */
export function readArguments(argv) {
  const found = { models: [], datasource: {}, version: false, words: [] }
  for (let i = 0; i < argv.length; i++) {
    if (argv[i] === '--datamodels') found.models.push(argv[++i])
    else if (argv[i] === '--datasource') found.datasource = JSON.parse(argv[++i])
    else if (argv[i] === '--version') found.version = true
    else if (argv[i].startsWith('--')) i++
    else found.words.push(argv[i])
  }
  return found
}

/** @param {string} url `file:./dev.db?…` @returns {string} an absolute path */
export const fileOf = (url) => resolve(url.replace(/^file:/, '').replace(/\?.*$/, ''))

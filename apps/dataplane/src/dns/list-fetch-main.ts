/**
 * The process that fetches one list: `node list-fetch-main.ts URL ETAG LAST-MODIFIED`. Names go to standard output, one a line;
 * the last line of standard error is the outcome as JSON, or a sentence when the exit status is not 0.
 */
import { once } from 'node:events'
import { fetchList } from './list-fetch.ts'

const [url = '', etag = '', lastModified = ''] = process.argv.slice(2)
const PIECE = 65_536
let held = ''

async function write(name: string): Promise<void> {
  held += `${name}\n`
  if (held.length >= PIECE) await flush()
}

async function flush(): Promise<void> {
  const piece = held
  held = ''
  if (!process.stdout.write(piece)) await once(process.stdout, 'drain')
}

async function main(): Promise<void> {
  const fetched = await fetchList(url, { etag: etag || null, lastModified: lastModified || null }, write)
  await flush()
  process.stderr.write(`${JSON.stringify(fetched)}\n`)
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})

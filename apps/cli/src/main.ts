#!/usr/bin/env node
/** `bauta` on the box: a client of the dataplane's unix socket. */
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { systemNames } from './names.ts'
import { run } from './run.ts'

// `bauta connections | head` ends quietly
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = await run(process.argv.slice(2), {
  environment: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  names: systemNames(),
  read: (path) => (path === null ? text(process.stdin) : readFile(path, 'utf8')),
  now: () => new Date(),
})

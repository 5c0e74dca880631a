/**
 * The unix socket by which the command line of the box changes settings. It is the web process's because that process alone opens the
 * database; the dataplane's socket only reads and applies, and a change that went there directly would be in no revision.
 *
 * Who may: the socket lies in a folder that only this process's user can enter (and root, whom no mode keeps out). Nothing from
 * the network comes here, so there is no session, no cookie and no origin to check; a request still has a form and a size.
 */
import { chmodSync, rmSync } from 'node:fs'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { faultsOf } from '@bauta/config'
import { commandRequestSchema, restoreRequestSchema, scriptRequestSchema } from '@bauta/control'
import { z } from 'zod'
import { BODY_MAX } from './body.ts'
import type { Commands } from './commands.ts'
import { outcomeReply } from './outcome.ts'
import { Problem } from './problem.ts'

/** Who changes of the command line are by, in the history. */
export const SHELL_AUTHOR = 'root (command line)'

const takeSchema = scriptRequestSchema.extend({ base: z.int().min(1) })

/** @returns after it listens; an old socket of a killed process is replaced */
export async function openCommandSocket(path: string, commands: Commands, say: (line: string) => void) {
  const server = http.createServer({ requestTimeout: 30_000 }, (request, response) => {
    answer(commands, request).then(
      ({ status, body }) => send(response, status, body),
      (error: unknown) => {
        if (error instanceof Problem) return send(response, error.status, error.body)
        say(`a command failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
        send(response, 500, { message: 'something failed inside the box; its log tells what' })
      },
    )
  })
  rmSync(path, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  chmodSync(path, 0o600)
  return {
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  commands: Commands,
  request: IncomingMessage,
): Promise<{ status: number; body: unknown }> {
  if (request.method !== 'POST') throw new Problem(405, 'this socket takes POST only')
  const body = await readBody(request)
  switch (request.url) {
    case '/v1/command': {
      const { program, words } = parse(commandRequestSchema, body)
      return { status: 200, body: await commands.run(SHELL_AUTHOR, program, words) }
    }
    case '/v1/restore': {
      const { text, keep } = parse(restoreRequestSchema, body)
      return { status: 200, body: await commands.restore(SHELL_AUTHOR, text, keep) }
    }
    case '/v1/script/check':
      return { status: 200, body: await commands.check(parse(scriptRequestSchema, body)) }
    case '/v1/script': {
      const { base, ...script } = parse(takeSchema, body)
      const reply = outcomeReply(await commands.take(SHELL_AUTHOR, script, base))
      return { status: reply.status, body: await reply.json() }
    }
  }
  throw new Problem(404, `there is nothing at ${request.url} here`)
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new Problem(422, 'the request does not have the form that this address expects', {
    faults: faultsOf(parsed.error),
  })
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > BODY_MAX) throw new Problem(413, `the request is larger than ${BODY_MAX / 1024 / 1024} MB`)
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString())
  } catch {
    throw new Problem(400, 'the request is not well-formed JSON')
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
  response.end(JSON.stringify(body))
}

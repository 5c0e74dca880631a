/** `bauta dial --host`: a client of the line protocol (docs/dial-protocol.md) for any machine of the household. */
import { argon2Sync, createHmac } from 'node:crypto'
import net from 'node:net'
import { CommandFailed } from './command-failed.ts'

const PORT = 224
const PATIENCE_MS = 10_000
/** More than any box asks for: a false one must not eat the client's memory. */
const MOST_MEMORY_KIB = 262_144

export interface RemoteDial {
  host: string
  as: string
  password: string
  /** A command of the protocol, as in `DIAL DSL`. */
  command: string
}

/** @returns what the box answered @throws CommandFailed */
export async function dialRemotely({ host, as, password, command }: RemoteDial): Promise<string> {
  const line = await connect(host)
  try {
    await line.ask(null)
    const challenge = await line.ask(`LOGIN ${as}`)
    await line.ask(`PROOF ${proof(challenge, as, password)}`)
    const answer = await line.ask(command)
    await line.ask('QUIT')
    return `${answer}\n`
  } finally {
    line.close()
  }
}

function proof(challenge: string, name: string, password: string): string {
  const found = /argon2id m=(\d+) t=(\d+) p=(\d+) salt=(\S+) nonce=(\S+)$/.exec(challenge)
  if (!found) throw new CommandFailed('the box asks for a kind of proof that this program does not know')
  const [, memory, passes, parallelism, salt, nonce] = found
  if (Number(memory) > MOST_MEMORY_KIB || Number(passes) > 16)
    throw new CommandFailed('the box asks for an unreasonable amount of work')
  const key = argon2Sync('argon2id', {
    message: Buffer.from(password.normalize('NFC')),
    nonce: Buffer.from(salt!, 'base64'),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: 32,
  })
  return createHmac('sha256', key).update(`bauta-dial-1 ${name} ${nonce}`).digest('base64')
}

interface Line {
  /** Sends a line, or nothing, and waits for the answer. @throws CommandFailed for -ERR */
  ask: (line: string | null) => Promise<string>
  close: () => void
}

async function connect(host: string): Promise<Line> {
  const socket = net.connect({ host, port: PORT, timeout: PATIENCE_MS })
  socket.setEncoding('utf8')
  let text = ''
  let wake: (() => void) | null = null
  let over: string | null = null
  const end = (why: string) => {
    over ??= why
    wake?.()
  }
  socket.on('data', (chunk: string) => {
    text += chunk
    wake?.()
  })
  socket.on('timeout', () => socket.destroy(new Error('no answer')))
  socket.on('error', (error) => end(error.message))
  socket.on('close', () => end('the box hung up'))
  const nextLine = async (): Promise<string> => {
    for (;;) {
      const at = text.indexOf('\n')
      if (at >= 0) {
        const line = text.slice(0, at)
        text = text.slice(at + 1)
        return line
      }
      if (over !== null) throw new CommandFailed(`${host} port ${PORT}: ${over}`)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return {
    ask: async (line) => {
      if (line !== null) socket.write(`${line}\n`)
      const first = await nextLine()
      if (!first.startsWith('+OK')) throw new CommandFailed(first.replace(/^-ERR /, ''))
      if (line === null || !/^(LIST|STATUS|LOG)\b/.test(line)) return first.slice(4)
      const lines: string[] = []
      for (let next = await nextLine(); next !== '.'; next = await nextLine()) lines.push(next)
      return lines.join('\n')
    },
    close: () => socket.destroy(),
  }
}

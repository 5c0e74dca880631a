/**
 * The ports that the box's own services listen on, from /proc/net: masquerading must never give one of them out, or
 * an answer for a LAN machine would end at the service.
 */
import { readFile } from 'node:fs/promises'

/** st of a listening TCP socket; UDP sockets without a peer are in state 7. */
const TCP_LISTEN = '0A'
const UDP_OPEN = '07'

const SOURCES = [
  { file: 'tcp', protocol: 6, state: TCP_LISTEN },
  { file: 'tcp6', protocol: 6, state: TCP_LISTEN },
  { file: 'udp', protocol: 17, state: UDP_OPEN },
  { file: 'udp6', protocol: 17, state: UDP_OPEN },
] as const

/** @returns protocol*65536+port of every listening socket in the text of one such file */
export function parseListening(text: string, protocol: number, state: string): number[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === state && !fields[1]!.startsWith('0100007F:'))
    .map((fields) => protocol * 65_536 + Number.parseInt(fields[1]!.split(':')[1]!, 16))
}

export async function listeningPorts(root = '/proc/net'): Promise<Set<number>> {
  const found = await Promise.all(
    SOURCES.map(async ({ file, protocol, state }) =>
      parseListening(await readFile(`${root}/${file}`, 'utf8').catch(() => ''), protocol, state),
    ),
  )
  return new Set(found.flat())
}

export interface PortChange {
  taken: number[]
  left: number[]
}

export function portChange(old: ReadonlySet<number>, next: ReadonlySet<number>): PortChange {
  return {
    taken: [...next].filter((port) => !old.has(port)),
    left: [...old].filter((port) => !next.has(port)),
  }
}

/** Names of machines in a command line: looked up before it is read, all at once and not for long. */
import { Resolver } from 'node:dns/promises'
import { type Lookup, NO_HOSTS } from '@bauta/chains'

const PATIENCE_MS = 2000
/** A script with more names than this is no firewall. */
const MOST = 50
/** With a dot, so that options, chains and interfaces are no questions to the Internet. */
const HOST_NAME = /^(?=.{3,253}$)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$/
const FILE = /\.(sh|conf|o|ko|txt|log|rules|local|d)$/

/** @returns what may be a host's name, without its mask */
export function namesIn(words: readonly string[]): string[] {
  const names = words
    .map((word) => word.replace(/\/[\d.]+$/, ''))
    .filter((word) => HOST_NAME.test(word) && /[A-Za-z]/.test(word.split('.').at(-1)!) && !FILE.test(word))
  return [...new Set(names)].slice(0, MOST)
}

export async function resolveHosts(names: readonly string[]): Promise<Lookup> {
  if (names.length === 0) return NO_HOSTS
  const resolver = new Resolver({ timeout: 1000, tries: 1 })
  const found = new Map<string, string[]>()
  const asked = names.map((name) =>
    resolver.resolve4(name).then(
      (addresses) => void found.set(name, addresses.sort()),
      () => undefined,
    ),
  )
  const patience = setTimeout(() => resolver.cancel(), PATIENCE_MS)
  await Promise.all(asked)
  clearTimeout(patience)
  return { host: (name) => found.get(name) ?? null }
}

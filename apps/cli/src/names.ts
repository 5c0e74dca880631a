/** Names for listings without `-n`: services from /etc/services, hosts by asking the DNS backwards. */

import { Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import type { Names } from '@bauta/chains'
import { formatAddress } from '@bauta/config'

/** What the names are made from; tests bring their own. */
export interface NameSource {
  /** Text in the form of services(5). */
  services(): Promise<string>
  /** @returns the name of an address, or null; never throws */
  host(address: string): Promise<string | null>
  /** Gives up on what has not been answered. */
  cancel(): void
}

/** ipchains waited for every answer and was known to hang; here all questions together get this long. */
const PATIENCE_MS = 1500
/** More addresses than this are not asked for. */
const MOST = 1000
/** Whoever runs a reverse zone chooses these names: only what a host name may hold is taken. */
const HOST_NAME = /^[A-Za-z0-9_.-]{1,253}$/

export function systemNames(): NameSource {
  const resolver = new Resolver({ timeout: 700, tries: 1 })
  return {
    services: () => readFile('/etc/services', 'utf8').catch(() => ''),
    host: (address) =>
      resolver.reverse(address).then(
        ([name]) => name ?? null,
        () => null,
      ),
    cancel: () => resolver.cancel(),
  }
}

export async function findNames(addresses: Iterable<number>, source: NameSource): Promise<Names> {
  const hosts = new Map<number, string>()
  const wanted = [...new Set(addresses)].slice(0, MOST)
  const asked = wanted.map(async (address) => {
    const name = await source.host(formatAddress(address))
    if (name && HOST_NAME.test(name)) hosts.set(address, name)
  })
  const patience = setTimeout(() => source.cancel(), PATIENCE_MS)
  const [services] = await Promise.all([source.services(), ...asked])
  clearTimeout(patience)
  const ports = parseServices(services)
  return {
    host: (address) => hosts.get(address) ?? null,
    service: (port, protocol) => ports.get(`${port}/${protocol === 6 ? 'tcp' : 'udp'}`) ?? null,
  }
}

/** @returns the first name of every `port/protocol` */
export function parseServices(text: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [name, port] = line.replace(/#.*/, '').trim().split(/\s+/)
    if (name && port && !found.has(port)) found.set(port, name)
  }
  return found
}

import type { Dns } from '@bauta/config'
import type { Action } from './action.ts'

const WORDS: Record<keyof Dns, string> = {
  enabled: 'DNS forwarding',
  upstreams: 'DNS servers',
  domains: 'servers of single domains',
  hosts: 'local names',
  localDomain: 'the local domain',
  cacheSize: 'the size of the DNS cache',
  rebindProtection: 'protection against private addresses in answers',
  rebindAllow: 'domains that may answer with private addresses',
  transport: 'how DNS servers are asked',
  tlsServers: 'DNS servers asked over TLS',
  blocklists: 'blocklists',
  blockAllow: 'names that no list blocks',
  constant: 'addresses that stand for the provider’s DNS servers',
}

/** What changed; how mild a step it takes is for the service to say. */
export function dnsActions(old: Dns, next: Dns): Action[] {
  if (old.enabled !== next.enabled)
    return [
      { noun: 'dns', text: next.enabled ? 'DNS forwarding switched on' : 'DNS forwarding switched off' },
    ]
  const keys = Object.keys(WORDS) as (keyof Dns)[]
  return keys
    .filter((key) => JSON.stringify(old[key]) !== JSON.stringify(next[key]))
    .map((key) => ({ noun: 'dns', text: `changed: ${WORDS[key]}` }))
}

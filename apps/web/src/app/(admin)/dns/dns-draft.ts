/** What can be done to a draft of the DNS settings besides typing, and how two drafts become one. */
import type { Dns } from '@bauta/config'
import { mergeFields, mergeList } from '../../../forms/merge.ts'

/** Lets answers below a name hold private addresses; a name already covered by a listed domain changes nothing. */
export function allowDomain(dns: Dns, name: string): Dns {
  const wanted = name.toLowerCase().replace(/\.$/, '')
  return isAllowed(dns, wanted) ? dns : { ...dns, rebindAllow: [...dns.rebindAllow, wanted] }
}

/** dnsmasq's rebind-domain-ok covers a domain and everything below it. */
export function isAllowed(dns: Dns, name: string): boolean {
  const wanted = name.toLowerCase().replace(/\.$/, '')
  return dns.rebindAllow.some((domain) => {
    const known = domain.toLowerCase()
    return known !== '' && (wanted === known || wanted.endsWith(`.${known}`))
  })
}

/** `9.9.9.9, 1.1.1.1` as people type several into one field. */
export const serversOf = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean)

/** Hosts and domains are merged entry by entry: both may have added one. */
export function mergeDns(origin: Dns, mine: Dns, theirs: Dns): Dns {
  return {
    ...mergeFields(origin, mine, theirs),
    domains: mergeList(origin.domains, mine.domains, theirs.domains, ({ domain }) => domain),
    hosts: mergeList(origin.hosts, mine.hosts, theirs.hosts, ({ name }) => name),
    rebindAllow: mergeList(origin.rebindAllow, mine.rebindAllow, theirs.rebindAllow, (name) => name),
    blocklists: mergeList(origin.blocklists, mine.blocklists, theirs.blocklists, ({ url }) => url),
    blockAllow: mergeList(origin.blockAllow, mine.blockAllow, theirs.blockAllow, (name) => name),
  }
}

/** Has a name answered whatever a list says, with all below it. */
export const spareName = (dns: Dns, name: string): Dns =>
  dns.blockAllow.some((spared) => spared.toLowerCase() === name)
    ? dns
    : { ...dns, blockAllow: [...dns.blockAllow, name] }

/** Share of the answers that came out of the cache. */
export function hitShare({ hits, misses }: { hits: number; misses: number }): number {
  return hits + misses === 0 ? Number.NaN : hits / (hits + misses)
}

/** DNS over the socket. */
import { isName } from '@bauta/config'
import type { DnsForwarder } from '../services.ts'
import { HttpError, type Route } from './http.ts'

export function dnsRoutes(dns: Pick<DnsForwarder, 'status' | 'why' | 'fetchBlocklists'>): Route[] {
  return [
    { method: 'GET', path: /^\/v1\/dns$/, answer: async () => ({ json: await dns.status() }) },
    {
      method: 'GET',
      path: /^\/v1\/dns\/why$/,
      answer: async ({ url }) => {
        const name = (url.searchParams.get('name') ?? '').trim().replace(/\.$/, '')
        if (!isName(name)) throw new HttpError(400, `“${name}” is not a name; write one like www.example.org`)
        return { json: await dns.why(name) }
      },
    },
    {
      method: 'POST',
      path: /^\/v1\/dns\/blocklists\/fetch$/,
      answer: () => {
        dns.fetchBlocklists()
        return { json: { begun: true } }
      },
    },
  ]
}

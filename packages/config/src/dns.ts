/** DNS forwarding for the LAN; rendered into dnsmasq's configuration by the dataplane. */
import { z } from 'zod'
import { parseAddress } from './address.ts'
import { DNS_WORDS } from './line-servers.ts'
import { isName } from './names.ts'

const hostName = z
  .string()
  .min(1, 'the name is missing')
  .refine((text) => text === '' || isName(text), {
    error: (issue) => `“${issue.input}” is not a host or domain name`,
  })
const address = z.string().refine((text) => parseAddress(text) !== null, {
  error: (issue) =>
    issue.input === '' ? 'the address is missing' : `“${issue.input}” is not an IPv4 address`,
})
/** `a.b.c.d` or `a.b.c.d:port` */
const server = z.string().refine(
  (text) => {
    const [ip = '', port, ...rest] = text.split(':')
    const portOk =
      port === undefined || (/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535)
    return rest.length === 0 && portOk && parseAddress(ip) !== null
  },
  {
    error: (issue) =>
      issue.input === ''
        ? 'the address is missing; write 9.9.9.9 or 192.168.1.5:5353'
        : `“${issue.input}” is not a DNS server; write 9.9.9.9 or 192.168.1.5:5353`,
  },
)

/** One that a packet can be sent to, and that is no machine's own name for itself. */
const constantAddress = address.refine(
  (text) => {
    const first = (parseAddress(text) ?? 1 << 24) >>> 24
    return first !== 0 && first !== 127 && first < 224
  },
  {
    error: (issue) =>
      `${issue.input} is an address that no machine can ask (0.x, 127.x, multicast and above); write one such as 10.2.0.1`,
  },
)

/** @returns the places of names that came before already, in whatever case */
function repeated(names: string[]): number[] {
  const seen = new Set<string>()
  return names.flatMap((name, i) => {
    const known = name.toLowerCase()
    if (seen.has(known)) return [i]
    seen.add(known)
    return []
  })
}

export const dnsSchema = z
  .strictObject({
    enabled: z.boolean(),
    /** Asked for everything that no line of `domains` names; empty: the servers that the provider gave. */
    upstreams: z.array(server).max(16, 'at most 16 upstream servers'),
    /** Per-domain upstreams: the name and all below it. */
    domains: z
      .array(
        z.strictObject({
          domain: hostName,
          servers: z.array(server).min(1, 'name at least one server').max(8),
        }),
      )
      .max(500),
    /** Local host names, answered by the box itself. */
    hosts: z.array(z.strictObject({ name: hostName, address })).max(2000),
    /** The domain that local names live in (RFC 8375 suggests home.arpa). */
    localDomain: hostName,
    /** Answers kept, in names; 0 switches the cache off. */
    cacheSize: z.int('whole number, please').min(0, 'at least 0').max(100_000, 'at most 100000 names'),
    /** Strip private addresses from answers of public servers. */
    rebindProtection: z.boolean(),
    /** Domains that may answer with private addresses all the same. */
    rebindAllow: z.array(hostName).max(200),
    /** `tls`: whatever `domains` does not name is asked of `tlsServers`, encrypted and authenticated (RFC 7858, RFC 8310). */
    transport: z.enum(['plain', 'tls']).default('plain'),
    tlsServers: z
      .array(z.strictObject({ address, /** the name in the server's certificate */ name: hostName }))
      .max(8, 'at most 8 servers')
      .default([]),
    /** Lists of names that are answered with “does not exist”, fetched from time to time. */
    blocklists: z
      .array(
        z.strictObject({
          name: z.string().min(1, 'the name is missing').max(60, 'at most 60 characters'),
          url: z.url({
            protocol: /^https?$/,
            error: 'an address that begins with https:// or http://, please',
          }),
          enabled: z.boolean(),
        }),
      )
      .max(16, 'at most 16 lists')
      .default([]),
    /** Names that are answered although a list has them, with all below them. */
    blockAllow: z.array(hostName).max(500).default([]),
    /**
     * “DNS faking”: addresses that machines of the household may have as their DNS servers for ever. What they ask of the first
     * (UDP and TCP, port 53) is translated to the first of the servers that the provider gives at the moment, and so on.
     */
    constant: z.array(constantAddress).max(DNS_WORDS.length, 'at most three addresses').default([]),
  })
  .superRefine((dns, context) => {
    for (const i of repeated(dns.hosts.map(({ name }) => name)))
      context.addIssue({
        code: 'custom',
        path: ['hosts', i, 'name'],
        message: `${dns.hosts[i]!.name} is listed twice`,
      })
    for (const i of repeated(dns.domains.map(({ domain }) => domain)))
      context.addIssue({
        code: 'custom',
        path: ['domains', i, 'domain'],
        message: `${dns.domains[i]!.domain} is listed twice`,
      })
    for (const i of repeated(dns.constant))
      context.addIssue({
        code: 'custom',
        path: ['constant', i],
        message: `${dns.constant[i]!} is there twice`,
      })
    for (const i of repeated(dns.blocklists.map(({ url }) => url)))
      context.addIssue({
        code: 'custom',
        path: ['blocklists', i, 'url'],
        message: 'this list is there twice',
      })
    if (dns.transport === 'tls' && dns.tlsServers.length === 0)
      context.addIssue({
        code: 'custom',
        path: ['tlsServers'],
        message: 'name at least one server that speaks TLS, such as 9.9.9.9 with the name dns.quad9.net',
      })
  })

export type Dns = z.infer<typeof dnsSchema>

import type { Dns } from '@bauta/config'
import type { Queries, Transaction } from '../database.ts'

const inOrder = { orderBy: { position: 'asc' } } as const

export async function readDns(db: Queries): Promise<unknown> {
  const row = await db.dns.findUnique({ where: { id: 1 }, omit: { id: true } })
  const upstreams = await db.dnsUpstream.findMany(inOrder)
  const domains = await db.dnsDomain.findMany({ ...inOrder, include: { servers: inOrder } })
  const hosts = await db.dnsHost.findMany({ ...inOrder, omit: { position: true } })
  const rebindAllow = await db.dnsRebindAllow.findMany(inOrder)
  const tlsServers = await db.dnsTlsServer.findMany({ ...inOrder, omit: { position: true } })
  const blocklists = await db.dnsBlocklist.findMany({ ...inOrder, omit: { position: true } })
  const blockAllow = await db.dnsBlockAllow.findMany(inOrder)
  const constant = await db.dnsConstant.findMany(inOrder)
  return {
    ...row,
    upstreams: upstreams.map(({ server }) => server),
    domains: domains.map(({ domain, servers }) => ({ domain, servers: servers.map(({ server }) => server) })),
    hosts,
    rebindAllow: rebindAllow.map(({ domain }) => domain),
    tlsServers,
    blocklists,
    blockAllow: blockAllow.map(({ domain }) => domain),
    constant: constant.map(({ address }) => address),
  }
}

export async function writeDns(db: Transaction, dns: Dns): Promise<void> {
  const { upstreams, domains, hosts, rebindAllow, tlsServers, blocklists, blockAllow, constant, ...row } = dns
  await db.dns.upsert({ where: { id: 1 }, create: row, update: row })
  await db.dnsUpstream.deleteMany()
  await db.dnsUpstream.createMany({ data: upstreams.map((server, position) => ({ server, position })) })
  await db.dnsDomain.deleteMany()
  await db.dnsDomain.createMany({ data: domains.map(({ domain }, position) => ({ domain, position })) })
  await db.dnsDomainServer.createMany({
    data: domains.flatMap(({ domain, servers }) =>
      servers.map((server, position) => ({ domainName: domain, server, position })),
    ),
  })
  await db.dnsHost.deleteMany()
  await db.dnsHost.createMany({ data: hosts.map((host, position) => ({ ...host, position })) })
  await db.dnsRebindAllow.deleteMany()
  await db.dnsRebindAllow.createMany({ data: rebindAllow.map((domain, position) => ({ domain, position })) })
  await db.dnsTlsServer.deleteMany()
  await db.dnsTlsServer.createMany({ data: tlsServers.map((server, position) => ({ ...server, position })) })
  await db.dnsBlocklist.deleteMany()
  await db.dnsBlocklist.createMany({ data: blocklists.map((list, position) => ({ ...list, position })) })
  await db.dnsBlockAllow.deleteMany()
  await db.dnsBlockAllow.createMany({ data: blockAllow.map((domain, position) => ({ domain, position })) })
  await db.dnsConstant.deleteMany()
  await db.dnsConstant.createMany({ data: constant.map((address, position) => ({ address, position })) })
}

import { formatAddress, maskOfBits } from '@bauta/config'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { dottedAddress, hostNetworks, plainAddress } from './addresses.ts'
import { numberIn, protocolNumber, servicePort } from './lookup.ts'

const SAY = { mask: (text: string) => `mask ${text}`, host: (text: string) => `host ${text}` }
const HOSTS = { 'www.example.org': ['192.0.2.7', '192.0.2.8'], alone: ['10.0.0.1'], broken: ['nothing'] }
const lookup = { host: (name: string) => HOSTS[name as keyof typeof HOSTS] ?? null }
const networks = (text: string) => hostNetworks(text, lookup, SAY)
const refusal = (text: string) => {
  try {
    networks(text)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

it('an address with a mask is its network, in bits or dotted, and told where that is wider than what was written', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 1, max: 32 }), (address, bits) => {
      const mask = maskOfBits(bits)
      const network = (address & mask) >>> 0
      const written = formatAddress(address)
      const [inBits, dotted] = [networks(`${written}/${bits}`), networks(`${written}/${formatAddress(mask)}`)]
      expect(inBits.networks).toEqual(dotted.networks)
      expect(inBits.networks[0]!.split('/')[0]).toBe(formatAddress(network))
      expect(inBits.note === null).toBe(network === address)
      expect([dottedAddress(written), plainAddress(written)]).toEqual([address, written])
    }),
  )
})

it('everything, one host, and a name with several addresses', () => {
  expect(networks('0/0')).toEqual({ networks: ['0.0.0.0/0'], note: null })
  expect(networks('any/0').networks).toEqual(['0.0.0.0/0'])
  expect(networks('10.0.0.1').networks).toEqual(['10.0.0.1'])
  expect(networks('www.example.org').networks).toEqual(['192.0.2.7', '192.0.2.8'])
  expect(networks('www.example.org/24')).toEqual({ networks: ['192.0.2.0/24'], note: null })
  expect(networks('alone/8').note).toContain(
    'alone/8 has bits set outside its mask; it is read as 10.0.0.0/8',
  )
  expect(networks('010.001.000.001').networks).toEqual(['10.1.0.1'])
})

it('is refused with what is wrong: the mask, or the host', () => {
  for (const mask of ['33', '-1', 'x', '', '255.255.255'])
    expect(refusal(`10.0.0.1/${mask}`)).toBe(`mask ${mask}`)
  for (const host of ['nowhere', '1.2.3', '1.2.3.4.5', '1.2.3.256', 'broken', ''])
    expect(refusal(host)).toBe(`host ${host}`)
  expect([plainAddress('1.2.3.4.5'), plainAddress('x')]).toEqual([null, null])
})

it('protocols and services by the names that IANA gave them', () => {
  const protocols = {
    all: 0,
    icmp: 1,
    igmp: 2,
    tcp: 6,
    egp: 8,
    udp: 17,
    ipv6: 41,
    gre: 47,
    esp: 50,
    ah: 51,
    ospf: 89,
    pim: 103,
    vrrp: 112,
    l2tp: 115,
    sctp: 132,
  }
  for (const [name, number] of Object.entries(protocols))
    expect([protocolNumber(name), protocolNumber(name.toUpperCase())]).toEqual([number, number])
  const both = {
    echo: 7,
    ssh: 22,
    domain: 53,
    bootps: 67,
    kerberos: 88,
    ntp: 123,
    snmp: 161,
    ldap: 389,
    nfs: 2049,
    sip: 5060,
    https: 443,
    http: 80,
  }
  for (const [name, port] of Object.entries(both))
    expect([servicePort(name, 6), servicePort(name, 17)]).toEqual([port, port])
  const tcp = {
    ftp: 21,
    'ftp-data': 20,
    telnet: 23,
    smtp: 25,
    finger: 79,
    auth: 113,
    nntp: 119,
    imaps: 993,
    pop3s: 995,
    pptp: 1723,
    mysql: 3306,
    x11: 6000,
    ircd: 6667,
    webcache: 8080,
    login: 513,
    shell: 514,
    exec: 512,
  }
  for (const [name, port] of Object.entries(tcp))
    expect([servicePort(name, 6), servicePort(name, 17)]).toEqual([port, null])
  const udp = {
    tftp: 69,
    isakmp: 500,
    biff: 512,
    who: 513,
    syslog: 514,
    talk: 517,
    ntalk: 518,
    route: 520,
    l2f: 1701,
    radius: 1812,
  }
  for (const [name, port] of Object.entries(udp))
    expect([servicePort(name, 6), servicePort(name, 17)]).toEqual([null, port])
  expect([
    protocolNumber('toString'),
    servicePort('toString', 6),
    protocolNumber(''),
    servicePort('x', 17),
  ]).toEqual([null, null, null, null])
})

it('numbers are decimal, with a sign or leading zeros, and within their bounds', () => {
  expect(['5', '+5', '005', '0', '10'].map((text) => numberIn(text, 0, 10))).toEqual([5, 5, 5, 0, 10])
  expect(
    ['-1', '11', '', 'x', '1x', '0x5', ' 5', '5.0', '1234567890123456'].map((text) => numberIn(text, 0, 10)),
  ).toEqual(Array(9).fill(null))
  expect([numberIn('-3', -5, -1), numberIn('-6', -5, -1)]).toEqual([-3, null])
})

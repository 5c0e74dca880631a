import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { masqueradingDoc, TOPICS, topicsOf } from './topics.ts'

it('docs/masquerading.md is what the topics say', () => {
  const file = join(import.meta.dirname, '../../../../docs/masquerading.md')
  expect(readFileSync(file, 'utf8')).toBe(masqueradingDoc())
})

describe('every statement is told, where a user needs it', () => {
  const textOf = (id: string) => TOPICS.find((topic) => topic.id === id)?.text.join(' ') ?? ''
  it.each<[string, string, RegExp, Parameters<typeof topicsOf>[0]]>([
    ['private addresses behind one', 'one-address', /192\.168.*RFC 1918/, 'network'],
    [
      'hosts inside are unreachable, and only partly protected',
      'unreachable',
      /side effect.*protects nobody/,
      'network',
    ],
    [
      'performance goes by packets and sessions',
      'speed',
      /connections open at once.*weak processor/s,
      'timeouts',
    ],
    ['any TCP/IP system', 'any-system', /TCP\/IP/, 'network'],
    ['default gateway, and no proxy ARP', 'gateway', /default gateway.*proxy ARP/s, 'network'],
    ['one card is not recommended', 'two-cards', /aliasing.*warns/, 'network'],
    [
      'a dial-in server by PPP and SLIP',
      'dialin',
      /by CHAP and speaks PPP.*logs in by text and speaks SLIP.*plugs into a cable/s,
      'network',
    ],
    ['no policy routing, and no shaping by rule', 'not-here', /Policy routing.*shared by rule/, 'internet'],
    ['bufferbloat, and what to set', 'shaping', /bufferbloat.*90 to 95 %/s, 'internet'],
    ['old kernels', 'kernels', /2\.2\.11.*2\.2\.16/, 'system'],
    ['fast route, IPv6, DECnet', 'kernels', /fast route/, 'system'],
    ['IPv6 and DECnet', 'not-here', /IPv6.*DECnet/, 'system'],
    ['NAT, masquerading, proxy', 'nat-masq-proxy', /SNAT.*Masquerading.*proxy.*table/s, 'rules'],
    ['well-mannered protocols and FTP', 'well-mannered', /Active FTP.*Passive FTP/, 'rules'],
    [
      'what differs between ipchains and iptables',
      'two-dialects',
      /same hand.*FORWARD and nothing else/s,
      'rules',
    ],
    ['the two cannot be mixed', 'two-dialects', /cannot be mixed.*refused/s, 'rules'],
    ['the implicit way back', 'implicit', /Every SNAT has a DNAT/, 'rules'],
    ['unrestricted masquerading', 'masquerade-everything', /neither an interface nor an address/, 'rules'],
    [
      'the line goes down and comes up',
      'link-events',
      /nothing needs to be read again.*has that choice for both.*@dns1/s,
      'internet',
    ],
  ])('%s', (_, id, words, page) => {
    expect(textOf(id)).toMatch(words)
    expect(topicsOf(page).map((topic) => topic.id)).toContain(id)
  })
})

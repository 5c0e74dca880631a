import { describe, expect, it } from 'vitest'
import { DnsLog } from './dnsmasq-log.ts'

function read(...lines: string[]): DnsLog {
  const log = new DnsLog()
  lines.forEach((line, i) => {
    log.line(line, 1000 + i)
  })
  return log
}

describe('what the log tells', () => {
  it('files an address under the name that was asked for, not under its alias', () => {
    const log = read(
      'dnsmasq[77]: 12 192.168.77.11/40000 query[A] www.example.org from 192.168.77.11',
      'dnsmasq[77]: 12 192.168.77.11/40000 forwarded www.example.org to 9.9.9.9',
      'dnsmasq[77]: 12 192.168.77.11/40000 reply www.example.org is <CNAME>',
      'dnsmasq[77]: 12 192.168.77.11/40000 reply edge.cdn.example is 93.184.216.34',
    )
    expect(log.nameOf('93.184.216.34')).toBe('www.example.org')
  })
  it('takes cached answers and local names too, and lets the newest name win', () => {
    const log = read(
      'dnsmasq: 1 192.168.77.11/1 query[A] a.example from 192.168.77.11',
      'dnsmasq: 1 192.168.77.11/1 cached a.example is 10.1.1.1',
      'dnsmasq: 2 192.168.77.12/1 query[A] b.example from 192.168.77.12',
      'dnsmasq: 2 192.168.77.12/1 /run/dns/hosts/local b.example is 10.1.1.1',
    )
    expect(log.nameOf('10.1.1.1')).toBe('b.example')
  })
  it('ignores what answers no question it saw', () => {
    expect(read('dnsmasq: 9 192.168.77.11/1 reply a.example is 10.1.1.1').nameOf('10.1.1.1')).toBeUndefined()
  })
  it('counts stripped answers, newest first', () => {
    const line = (name: string) => `dnsmasq[5]: possible DNS-rebind attack detected: ${name}`
    expect(read(line('a.example'), line('b.example'), line('a.example')).rebinds()).toEqual([
      { name: 'a.example', at: 1002, count: 2 },
      { name: 'b.example', at: 1001, count: 1 },
    ])
  })
  it('stays bounded', () => {
    const log = new DnsLog()
    for (let i = 0; i < 20_000; i++) {
      log.line(`dnsmasq: ${i} 192.168.77.11/1 query[A] n${i}.example from 192.168.77.11`, i)
      log.line(
        `dnsmasq: ${i} 192.168.77.11/1 reply n${i}.example is 10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
        i,
      )
    }
    expect(log.nameOf('10.0.0.1')).toBeUndefined()
    expect(log.nameOf('10.0.78.31')).toBe('n19999.example')
  })
})

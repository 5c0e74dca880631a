import type { Connection } from '@bauta/control/schemas'
import { describe, expect, it } from 'vitest'
import { hrefOf, questionOf, questionOfLogLine, questionOfRow } from './question.ts'

it('goes into the address of the page and back', () => {
  const question = { from: '192.168.77.11', to: '93.184.216.34', protocol: 17, port: 53, interface: 'lan0' }
  expect(questionOf(new URLSearchParams(hrefOf(question).split('?')[1]))).toEqual(question)
  expect(questionOf(new URLSearchParams('from=1.2.3.4'))).toBeNull()
})

describe('from a row of the connection table', () => {
  const row = {
    protocol: 'TCP',
    client: '192.168.77.11',
    clientPort: 5000,
    wan: '203.0.113.24',
    masqPort: 5001,
    server: '93.184.216.34',
    serverPort: 443,
  } as Connection

  it('asks for its next packet, either way', () => {
    expect(questionOfRow(row, 'out')).toEqual({
      from: '192.168.77.11',
      to: '93.184.216.34',
      sourcePort: 5000,
      port: 443,
      protocol: 6,
      tcpFlags: 16,
    })
    expect(questionOfRow(row, 'in')).toMatchObject({
      from: '93.184.216.34',
      to: '203.0.113.24',
      sourcePort: 443,
      port: 5001,
    })
    expect(questionOfRow({ ...row, protocol: 'ICMP' }, 'in')).toMatchObject({ icmpType: 0, icmpId: 5001 })
    expect(questionOfRow({ ...row, protocol: 'GRE' }, 'out')).toEqual({
      from: '192.168.77.11',
      to: '93.184.216.34',
      protocol: 47,
    })
  })
})

describe('from a log line', () => {
  it('of ipchains', () => {
    const line =
      'Packet log: input REJECT eth0 PROTO=6 192.168.25.3:2351 172.16.50.3:111 L=60 S=0x00 I=45086 F=0x4000 T=45 SYN (#8)'
    expect(questionOfLogLine(line)).toEqual({
      from: '192.168.25.3',
      to: '172.16.50.3',
      protocol: 6,
      sourcePort: 2351,
      port: 111,
      tcpFlags: 2,
      ttl: 45,
      length: 60,
      interface: 'eth0',
    })
    expect(questionOfLogLine(line.replace('input', 'forward'))).not.toHaveProperty('interface')
    expect(
      questionOfLogLine(
        'Packet log: input DENY ppp0 PROTO=1 1.2.3.4:8 5.6.7.8:0 L=84 S=0x00 I=0 F=0x0000 T=60',
      ),
    ).toMatchObject({ icmpType: 8, icmpCode: 0 })
  })

  it('of iptables', () => {
    const line =
      'kernel: IN=eth0 OUT= MAC= SRC=10.0.0.1 DST=10.0.0.2 LEN=40 TOS=0x00 TTL=64 ID=1 PROTO=UDP SPT=53 DPT=999 LEN=20'
    expect(questionOfLogLine(line)).toMatchObject({
      from: '10.0.0.1',
      protocol: 17,
      sourcePort: 53,
      port: 999,
      interface: 'eth0',
      length: 40,
    })
  })

  it('and nothing from anything else', () => {
    expect(questionOfLogLine('dnsmasq: started')).toBeNull()
  })
})

import { NO_FORWARDS } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { runIpmasqadm } from './ipmasqadm.ts'

const run = (line: string) => runIpmasqadm(line.split(' '), NO_FORWARDS, () => 1)
const refusal = (line: string) => {
  const ran = run(line)
  return ran.kind === 'refused' ? `${ran.exit} ${ran.text.split('\n')[0]}` : ran.kind
}

describe('ipmasqadm user', () => {
  it('a way in for one connection, for two minutes unless it says otherwise', () => {
    expect(run('user -a -P udp -M 1.2.3.4 7078 -S 192.168.0.10 7079 -D 5.6.7.8 9')).toMatchObject({
      kind: 'expect',
      entry: {
        protocol: 'udp',
        masqPort: 7078,
        near: { address: '192.168.0.10', port: 7079 },
        far: { address: '5.6.7.8', port: 9 },
        seconds: 120,
      },
    })
  })
  it('-s sets another time; 0.0.0.0, or no -D, is anybody; port 0 any port', () => {
    expect(run('user -s -P tcp -M 1.2.3.4 7078 -S 192.168.0.10 80 -D 0.0.0.0 0 -t 60')).toMatchObject({
      entry: { far: null, seconds: 60 },
    })
    expect(run('user -a -P tcp -M 1.2.3.4 7078 -S 192.168.0.10 80 -D 5.6.7.8 0')).toMatchObject({
      entry: { far: { address: '5.6.7.8', port: null } },
    })
  })
  it('-d ends it', () => {
    expect(run('user -d -P udp -M 1.2.3.4 7078')).toMatchObject({
      kind: 'forget',
      protocol: 'udp',
      masqPort: 7078,
    })
  })
  it.each([
    ['user', '2 user: no command specified'],
    ['user -a -d', '2 user: multiple commands specified'],
    ['user -a -P icmp', "2 user: invalid protocol specified (`icmp'); there are tcp and udp"],
    ['user -a -M 1.2.3.4 1', '2 user: -P tcp or -P udp must be given'],
    ['user -a -P udp', '2 user: -M ADDRESS PORT must be given'],
    ['user -a -P udp -M 1.2.3.4 7078', '2 user: -S ADDRESS PORT must be given'],
    ['user -a -P udp -M 1.2.3 7078', "2 user: invalid address specified (`1.2.3')"],
    ['user -a -P udp -M 1.2.3.4 0', "2 user: invalid port specified (`0')"],
    [
      'user -a -P udp -M 1.2.3.4 7078 -t 0',
      "2 user: invalid timeout specified (`0'); seconds from 1 to 86400",
    ],
    ['user -g -P udp', '1 user: -g is not done here; /proc/net/ip_masq and the page show what is open'],
    ['user x', "2 user: unknown argument `x'"],
  ])('%s: %s', (line, text) => {
    expect(refusal(line)).toBe(text)
  })
})

/** What a household does all day, through both kinds of WAN, while the provider sees one address only. */
import { expect, it } from 'vitest'
import { contentSha256 } from '../lab/internet/content.ts'
import { FAR, LAN, RESOLVER, SERVERS, SERVICES } from '../lab/plan.ts'
import { PacketCount } from './harness/capture.ts'
import { describeLab } from './harness/lab-test.ts'

const WWW = SERVERS['www.example.org']
const ECHO = { address: SERVERS['echo.example.org'], port: SERVICES.echo }
const GIGABYTE = 1 << 30

for (const wan of ['eth', 'ppp0'] as const)
  describeLab(`a household behind ${wan}`, { wan }, (stage) => {
    let idle = 0
    let idleSince = 0
    let ours: PacketCount
    let others: PacketCount

    it('begins: a connection that will stand idle, and tcpdump on the WAN', async () => {
      idle = await stage.on.lan1.tcpOpen({ to: ECHO })
      expect(await stage.on.lan1.tcpAsk({ handle: idle, text: 'before' })).toBe('before')
      idleSince = Date.now()
      ours = await PacketCount.start(
        stage.lab,
        'isp',
        stage.wan.providerDevice,
        `ip and host ${stage.wan.address}`,
      )
      others = await PacketCount.start(
        stage.lab,
        'isp',
        stage.wan.providerDevice,
        `ip and not host ${stage.wan.address}`,
      )
    })

    it.each(['lan1', 'lan2'] as const)('carries 1 GB over HTTP to %s, checksum equal', async (host) => {
      const began = performance.now()
      const sum = stage.lab.run(host, ['sh', '-c', `curl -sS http://${WWW}/bytes/${GIGABYTE} | sha256sum`])
      const seconds = (performance.now() - began) / 1000
      expect(sum.slice(0, 64)).toBe(contentSha256(GIGABYTE))
      console.log(
        `${wan} ${host}: 1 GB in ${seconds.toFixed(1)} s, ${((GIGABYTE * 8) / 1e9 / seconds).toFixed(1)} Gbit/s`,
      )
    })

    it.each(['lan1', 'lan2'] as const)('carries passive FTP to %s: a listing and a file', (host) => {
      const server = `ftp://${SERVERS['ftp.example.org']}`
      expect(stage.lab.run(host, ['curl', '-sS', '--ftp-pasv', `${server}/`])).toContain('1048576.bin')
      const sum = stage.lab.run(host, ['sh', '-c', `curl -sS --ftp-pasv ${server}/52428800.bin | sha256sum`])
      expect(sum.slice(0, 64)).toBe(contentSha256(52_428_800))
    })

    it.each(['lan1', 'lan2'] as const)(
      'carries DNS of %s over UDP, and over TCP where UDP is too short',
      async (host) => {
        expect(await stage.on[host].lookUp({ server: RESOLVER, name: 'www.example.org', type: 'A' })).toEqual(
          [WWW],
        )
        const long = await stage.on[host].lookUp({ server: RESOLVER, name: 'big.example.org', type: 'TXT' })
        expect(long.join('').length).toBeGreaterThan(1200)
      },
    )

    it('answers names for the household itself', () => {
      expect(stage.lab.run('lan1', ['curl', '-sS', 'http://www.example.org/'])).toContain('small Internet')
      expect(stage.lab.run('lan2', ['curl', '-sS', 'http://far.example.org/'])).toContain('small Internet')
    })

    it.each(['lan1', 'lan2'] as const)('carries ping of %s', (host) => {
      const said = stage.lab.run(host, ['ping', '-c', '20', '-i', '0.02', '-W', '1', WWW])
      expect(said).toContain('20 packets transmitted, 20 received')
      console.log(`${wan} ${host}: ${said.trim().split('\n').pop()}`)
    })

    it.each([
      ['UDP', '-U'],
      ['ICMP', '-I'],
    ])('is exactly one hop in a traceroute by %s', (_, flag) => {
      const said = stage.lab.run('lan1', ['traceroute', '-n', flag, '-w', '2', '-q', '2', FAR.address])
      const hops = said
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => /^\s*\d+\s+(\S+)/.exec(line)?.[1])
      expect(hops).toEqual([LAN.router, stage.wan.gateway, FAR.address])
    })

    it('carries 200 downloads at once', async () => {
      const length = 2_000_000
      const url = `http://${SERVERS['video.example.net']}/bytes/${length}`
      const ask = { url, count: 100, sha256: contentSha256(length) }
      const whole = await Promise.all([stage.on.lan1.downloads(ask), stage.on.lan2.downloads(ask)])
      expect(whole).toEqual([100, 100])
    })

    it('still has the idle connection', async () => {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, idleSince + 30_000 - Date.now())))
      expect(await stage.on.lan1.tcpAsk({ handle: idle, text: 'after' })).toBe('after')
      console.log(`${wan}: idle for ${((Date.now() - idleSince) / 1000).toFixed(0)} s`)
    })

    it('let the provider see the WAN address and no other', async () => {
      const seen = await ours.stop()
      expect(await others.stop()).toBe(0)
      expect(seen).toBeGreaterThan(10_000)
      console.log(`${wan}: ${seen} packets on the WAN, all of or for ${stage.wan.address}`)
    })
  })

/** ICMP errors of both sides reach those they are about, with the inner packet as its sender knows it; sizes are found out. */
import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { contentSha256 } from '../lab/internet/content.ts'
import { FAR, LAN, SERVERS } from '../lab/plan.ts'
import { until } from '../lab/shell.ts'
import { Capture } from './harness/capture.ts'
import { describeLab } from './harness/lab-test.ts'
import { checksum, mssOf, PROTOCOL, quoted, read } from './harness/packets.ts'

const WWW = SERVERS['www.example.org']
const CLOSED_PORT = 4
const HEADERS = 28 // IP and ICMP

for (const wan of ['eth', 'ppp0'] as const)
  describeLab(`ICMP errors and packet sizes through ${wan}`, { wan }, (stage) => {
    it('port unreachable comes back to the client, inner packet and every checksum in order', async () => {
      const capture = await Capture.start(stage.lab, 'lan1', 'eth0', 'icmp[0] = 3')
      const error = await stage.on.lan1.udpError({ to: { address: WWW, port: CLOSED_PORT }, waitMs: 3000 })
      expect(error).toBe('ECONNREFUSED')
      const packet = await capture.find('port unreachable on lan1', () => true)
      await capture.stop()
      const { header, body, from, to } = read(packet)
      expect([from, to, body[0], body[1]]).toEqual([WWW, LAN.lan1, 3, 3])
      const inner = quoted(packet)
      expect([inner.from, inner.to, inner.toPort]).toEqual([LAN.lan1, WWW, CLOSED_PORT])
      expect([checksum(header), checksum(body), checksum(inner.header)]).toEqual([0, 0, 0])
    })

    it('port unreachable of a LAN machine goes out with the WAN address inside and outside', async () => {
      const server = { address: stage.wan.gateway, port: 6000 }
      const serving = await stage.on.isp.udpOpen({ localPort: server.port })
      const asking = await stage.on.lan2.udpOpen({ localPort: 40_123 })
      await stage.on.lan2.udpAsk({ handle: asking, to: server, text: 'hello', waitMs: 200 })
      const client = (await stage.on.isp.udpLastPeer({ handle: serving }))!
      await stage.on.lan2.closeAll()
      const capture = await Capture.start(stage.lab, 'isp', stage.wan.providerDevice, 'icmp[0] = 3')
      await stage.on.isp.udpAsk({ handle: serving, to: client, text: 'too late', waitMs: 100 })
      const packet = await capture.find('port unreachable on the WAN', () => true)
      await capture.stop()
      await stage.on.isp.closeAll()
      const inner = quoted(packet)
      expect(read(packet).from).toBe(stage.wan.address)
      expect([inner.to, inner.toPort, inner.from]).toEqual([stage.wan.address, client.port, server.address])
      expect([checksum(read(packet).body), checksum(inner.header)]).toEqual([0, 0])
    })

    it('host unreachable ends a connection attempt at once', () => {
      const began = performance.now()
      const attempt = () => stage.lab.run('lan1', ['curl', '-sS', '-m', '5', 'http://93.184.218.1/'])
      expect(attempt).toThrow(/No route to host|unreachable|Couldn't connect|Could not connect/i)
      expect(performance.now() - began).toBeLessThan(4000)
    })

    it(`a path that takes only ${FAR.mtu} bytes is found out by an upload`, async () => {
      const length = 3_000_000
      const command = `head -c ${length} /dev/zero | curl -sS -m 20 --data-binary @- http://${FAR.address}/upload`
      const arrived = JSON.parse(stage.lab.run('lan1', ['sh', '-c', command]))
      expect(arrived).toEqual({
        bytes: length,
        sha256: createHash('sha256').update(Buffer.alloc(length)).digest('hex'),
      })
      const route = stage.lab.run('lan1', ['ip', 'route', 'get', FAR.address])
      expect(Number(/mtu (\d+)/.exec(route)?.[1])).toBe(FAR.mtu)
      const { sha256 } = await stage.on.lan1.download({ url: `http://${FAR.address}/bytes/${length}` })
      expect(sha256).toBe(contentSha256(length))
    })

    it('too big with DF: fragmentation needed, with the MTU of the WAN, from the box', () => {
      const biggest = stage.wan.mtu - HEADERS
      expect(
        stage.lab.run('lan2', ['ping', '-M', 'do', '-c', '1', '-W', '2', '-s', `${biggest}`, WWW]),
      ).toContain('1 received')
      if (stage.wan.mtu === 1500) return
      const ping = () =>
        stage.lab.run('lan2', ['ping', '-M', 'do', '-c', '1', '-W', '2', '-s', `${biggest + 1}`, WWW])
      expect(ping).toThrow(new RegExp(`From ${LAN.router} .*mtu = ${stage.wan.mtu}`))
    })

    it('too big without DF: cut into fragments, and put together again', () => {
      const said = stage.lab.run('lan2', [
        'ping',
        '-M',
        'dont',
        '-c',
        '3',
        '-i',
        '0.05',
        '-W',
        '2',
        '-s',
        '4000',
        WWW,
      ])
      expect(said).toContain('3 received')
    })

    it('the MSS of both directions fits the WAN', async () => {
      const capture = await Capture.start(stage.lab, 'isp', stage.wan.providerDevice, 'tcp[13] & 2 != 0')
      const onLan = await Capture.start(stage.lab, 'lan1', 'eth0', 'tcp[13] & 18 = 18')
      stage.lab.run('lan1', ['curl', '-sS', '-o', '/dev/null', `http://${WWW}/`])
      const isSyn = (packet: Buffer) => read(packet).protocol === PROTOCOL.tcp
      const out = mssOf(read(await capture.find('a SYN on the WAN', isSyn)).body)
      const back = mssOf(read(await until('a SYN+ACK on the LAN', 3, () => onLan.packets.find(isSyn))).body)
      await Promise.all([capture.stop(), onLan.stop()])
      console.log(`${wan}: MSS ${out} out, ${back} back`)
      expect(out).toBe(stage.wan.mtu - 40)
      expect(back).toBeLessThanOrEqual(stage.wan.mtu - 40)
    })
  })

/** Mappings as RFC 4787 and RFC 5382 want them, by what real sockets on both sides see: one lab for all of it. */
import { expect, it } from 'vitest'
import { FAR, SERVERS, SERVICES } from '../../lab/plan.ts'
import { Capture } from '../harness/capture.ts'
import { describeLab } from '../harness/lab-test.ts'
import { macOf } from '../harness/mac.ts'
import { ethernet, FLAG, icmp, ipv4, PROTOCOL, read, tcp, udp } from '../harness/packets.ts'

const WHOAMI = { address: SERVERS['echo.example.org'], port: SERVICES.whoami }
const ELSEWHERE = { address: SERVERS['news.example.net'], port: SERVICES.whoami }
const FAR_AWAY = { address: FAR.address, port: SERVICES.whoami }
const SILENCE = 6_500

describeLab('RFC 4787, 5382, 5508', { wan: 'eth' }, (stage) => {
  const send = (packets: Buffer[]) => {
    const to = macOf(stage.lab, 'router', 'wan0')
    const { providerDevice: device } = stage.wan
    const from = macOf(stage.lab, 'isp', device)
    return stage.on.isp.sendFrames({ device, frames: packets.map((packet) => ethernet(to, from, packet)) })
  }
  const connection = async (port: number) =>
    (await stage.dataplane.connections({ q: `port:${port}` })).rows.find(
      ({ clientPort }) => clientPort === port,
    )

  it('TCP: one LAN socket is one port for every server, also where another machine had its port first', async () => {
    const localPort = 34_100
    for (const to of [WHOAMI, ELSEWHERE, FAR_AWAY])
      expect(await stage.on.lan1.tcpWhoami({ to, localPort })).toEqual({
        address: stage.wan.address,
        port: localPort,
      })
    const second = await stage.on.lan2.tcpWhoami({ to: WHOAMI, localPort })
    expect(second.address).toBe(stage.wan.address)
    expect(second.port).not.toBe(localPort)
    for (const to of [ELSEWHERE, FAR_AWAY])
      expect(await stage.on.lan2.tcpWhoami({ to, localPort })).toEqual(second)
  })

  it('TCP: after an RST the connection stays in the table for four minutes', async () => {
    const localPort = 34_200
    await stage.on.lan1.tcpWhoami({ to: WHOAMI, localPort })
    await expect.poll(async () => (await connection(localPort))?.state).toBe('CLOSE')
    expect((await connection(localPort))!.expiresIn).toBeGreaterThan(225)
  })

  it('UDP: hairpin to a mapping, seen from the WAN address and port, and the answer from where was asked', async () => {
    const inside = await stage.on.lan1.udpOpen({ localPort: 34_300 })
    const mapped = (await stage.on.lan1.udpWhoami({ handle: inside, to: WHOAMI }))!
    const neighbour = await stage.on.lan2.udpOpen({ localPort: 34_301 })
    const outside = await stage.on.lan2.udpWhoami({ handle: neighbour, to: WHOAMI })
    await stage.on.lan2.udpAsk({ handle: neighbour, to: mapped, text: 'hello', waitMs: 300 })
    expect(await stage.on.lan1.udpLastPeer({ handle: inside })).toEqual(outside)
    await stage.on.lan1.udpAsk({ handle: inside, to: outside!, text: 'yes', waitMs: 300 })
    expect(await stage.on.lan2.udpLastPeer({ handle: neighbour })).toEqual(mapped)
  })

  it('ICMP: port unreachable of a hairpinned packet reaches the machine that sent it, from the WAN address', async () => {
    const inside = await stage.on.lan1.udpOpen({ localPort: 34_400 })
    const mapped = (await stage.on.lan1.udpWhoami({ handle: inside, to: WHOAMI }))!
    await stage.on.lan1.closeAll()
    const capture = await Capture.start(stage.lab, 'lan2', 'eth0', 'icmp[0] = 3')
    expect(await stage.on.lan2.udpError({ to: mapped, waitMs: 3000 })).toBe('ECONNREFUSED')
    const packet = read(await capture.find('the error on lan2', () => true))
    await capture.stop()
    expect(packet.from).toBe(stage.wan.address)
  })

  it('ICMP errors of every code neither end a UDP mapping nor refresh it', async () => {
    const port = 34_500
    const handle = await stage.on.lan1.udpOpen({ localPort: port })
    const to = WHOAMI
    const seen = await stage.on.lan1.udpWhoami({ handle, to })
    await new Promise((resolve) => setTimeout(resolve, 2000))
    const before = await connection(port)
    const ends = { from: stage.wan.address, to: to.address, fromPort: seen!.port, toPort: to.port }
    const sent = ipv4({ ...ends, protocol: PROTOCOL.udp }, udp(ends, Buffer.from('who am I')))
    const capture = await Capture.start(stage.lab, 'lan1', 'eth0', 'icmp[0] = 3')
    const codes = Array.from({ length: 14 }, (_, code) => code)
    await send(
      codes.map((code) =>
        ipv4(
          { from: stage.wan.gateway, to: stage.wan.address, protocol: PROTOCOL.icmp },
          icmp(3, code, code === 4 ? 1400 : 0, sent),
        ),
      ),
    )
    await capture.find('all of them on lan1', () => capture.packets.length === codes.length)
    await capture.stop()
    const after = await connection(port)
    expect(after!.expiresIn).toBeLessThanOrEqual(before!.expiresIn)
    expect(before!.expiresIn).toBeLessThan(299)
    expect(await stage.on.lan1.udpWhoami({ handle, to: ELSEWHERE })).toEqual(seen)
  })

  it('an ICMP error does not end a TCP connection', async () => {
    const localPort = 34_600
    const handle = await stage.on.lan1.tcpOpen({ to: WHOAMI, localPort })
    const ends = { from: stage.wan.address, to: WHOAMI.address, fromPort: localPort, toPort: WHOAMI.port }
    const sent = ipv4({ ...ends, protocol: PROTOCOL.tcp }, tcp(ends, FLAG.ack))
    const error = icmp(3, 1, 0, sent)
    const capture = await Capture.start(stage.lab, 'lan1', 'eth0', 'icmp[0] = 3')
    await send([ipv4({ from: stage.wan.gateway, to: stage.wan.address, protocol: PROTOCOL.icmp }, error)])
    await capture.find('the error on lan1', () => true)
    await capture.stop()
    expect(await stage.on.lan1.tcpAsk({ handle, text: '\n' })).toContain(`${stage.wan.address} ${localPort}`)
    expect((await connection(localPort))!.state).toBe('ESTABLISHED')
  })

  it('a mapping of UDP lets no TCP in, not even from the server that was asked', async () => {
    const port = 34_700
    const handle = await stage.on.lan1.udpOpen({ localPort: port })
    expect(await stage.on.lan1.udpWhoami({ handle, to: WHOAMI })).not.toBeNull()
    const capture = await Capture.start(stage.lab, 'lan1', 'eth0', `port ${port}`)
    const peer = { from: WHOAMI.address, to: stage.wan.address, fromPort: WHOAMI.port, toPort: port }
    const packet = (protocol: number, body: Buffer) => ipv4({ ...peer, protocol }, body)
    await send([
      packet(PROTOCOL.tcp, tcp(peer, FLAG.syn)),
      packet(PROTOCOL.udp, udp(peer, Buffer.from('last'))),
    ])
    await capture.find('the datagram after it', () => capture.packets.length > 0)
    await capture.stop()
    expect(capture.packets.map((one) => read(one).protocol)).toEqual([PROTOCOL.udp])
  })

  it('an unsolicited SYN is answered by nothing for more than six seconds', async () => {
    const port = 34_800
    const { address, providerDevice } = stage.wan
    const capture = await Capture.start(
      stage.lab,
      'isp',
      providerDevice,
      `(tcp port ${port}) or (icmp and src ${address})`,
    )
    await stage.on.isp.tcpScan({ address, ports: [port], waitMs: SILENCE })
    await capture.stop()
    expect(capture.packets.length).toBeGreaterThan(1)
    expect(capture.packets.filter((packet) => read(packet).from === address)).toEqual([])
  })
})

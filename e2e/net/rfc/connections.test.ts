/** How connections begin, are kept and are refused, as RFC 5382, RFC 4787 and RFC 5508 want it, between real stacks. */
import { PORT_PRESETS } from '@bauta/config'
import { expect, it } from 'vitest'
import { LAN, SERVERS, SERVICES } from '../../lab/plan.ts'
import { sleep } from '../../lab/shell.ts'
import { Capture } from '../harness/capture.ts'
import { describeLab } from '../harness/lab-test.ts'
import { macOf } from '../harness/mac.ts'
import { ethernet, FLAG, ipv4, PROTOCOL, quoted, read, tcp } from '../harness/packets.ts'

const WHOAMI = { address: SERVERS['echo.example.org'], port: SERVICES.whoami }
/** In the WAN's network, and nobody has it: what it sends is made here. */
const NOBODY = '198.51.100.77'

describeLab('RFC 5382 connections', { wan: 'eth' }, (stage) => {
  const connection = async (port: number) =>
    (await stage.dataplane.connections({ q: `port:${port}` })).rows.find(
      ({ clientPort }) => clientPort === port,
    )

  it('UDP: a packet going out refreshes the mapping, answered or not', async () => {
    const port = 35_100
    await stage.on.isp.udpOpen({ localPort: 6100 })
    const to = { address: stage.wan.gateway, port: 6100 }
    const handle = await stage.on.lan1.udpOpen({ localPort: port })
    await stage.on.lan1.udpAsk({ handle, to, text: 'one', waitMs: 2000 })
    expect((await connection(port))!.expiresIn).toBeLessThan(298.9)
    await stage.on.lan1.udpAsk({ handle, to, text: 'two', waitMs: 50 })
    expect((await connection(port))!.expiresIn).toBeGreaterThan(299)
  })

  it('TCP: two SYNs that cross open a connection (simultaneous open)', async () => {
    const port = 35_200
    const peer = { from: NOBODY, to: stage.wan.address, fromPort: 45_200, toPort: port }
    const capture = await Capture.start(stage.lab, 'lan1', 'eth0', `tcp port ${port}`)
    const opened = stage.on.lan1.tcpOpen({
      to: { address: NOBODY, port: peer.fromPort },
      localPort: port,
      waitMs: 3000,
    })
    const outgoing = (flags: number) => (packet: Buffer) =>
      read(packet).from === LAN.lan1 && read(packet).body[13] === flags
    const syn = read(await capture.find('the SYN of lan1', outgoing(FLAG.syn)))
    const first = syn.body.readUInt32BE(4)
    const { providerDevice: device } = stage.wan
    const [to, from] = [macOf(stage.lab, 'router', 'wan0'), macOf(stage.lab, 'isp', device)]
    const answer = (flags: number, numbers: { sequence: number; acknowledge?: number }) =>
      stage.on.isp.sendFrames({
        device,
        frames: [ethernet(to, from, ipv4({ ...peer, protocol: PROTOCOL.tcp }, tcp(peer, flags, numbers)))],
      })
    await answer(FLAG.syn, { sequence: 7000 })
    await capture.find('SYN+ACK of lan1', outgoing(FLAG.syn | FLAG.ack))
    await answer(FLAG.syn | FLAG.ack, { sequence: 7000, acknowledge: first + 1 })
    await opened
    await capture.stop()
    expect((await connection(port))!.state).toBe('ESTABLISHED')
  })

  it('TCP: a SYN from outside is dropped in silence, and works when its machine calls out meanwhile', async () => {
    const port = 35_300
    const caller = 45_300
    const { address, gateway } = stage.wan
    const inward = stage.on.isp.tcpOpen({ to: { address, port }, localPort: caller, waitMs: 8000 })
    await sleep(300)
    const outward = stage.on.lan1.tcpOpen({ to: { address: gateway, port: caller }, localPort: port })
    const [inside, outside] = await Promise.all([outward, inward])
    const said = await Promise.all([
      stage.on.lan1.tcpAsk({ handle: inside, text: 'from inside' }),
      stage.on.isp.tcpAsk({ handle: outside, text: 'from outside' }),
    ])
    expect(said).toEqual(['from outside', 'from inside'])
  })

  it('no port left: the machine is told by ICMP 3/13, and who has a port goes on', async () => {
    const { revision, snapshot } = await stage.dataplane.settings()
    const few = { ...PORT_PRESETS.standard, from: 61_000, to: 61_063 }
    await stage.dataplane.apply({ revision: revision + 1, snapshot: { ...snapshot, ports: few } })
    const open = async (localPort: number, waitMs = 2000) => {
      const handle = await stage.on.lan1.udpOpen({ localPort })
      return { handle, seen: await stage.on.lan1.udpWhoami({ handle, to: WHOAMI, waitMs }) }
    }
    const first = await open(35_400)
    expect(first.seen).not.toBeNull()
    for (let i = 1; i < 64; i++) expect((await open(35_400 + i)).seen).not.toBeNull()
    const capture = await Capture.start(stage.lab, 'lan1', 'eth0', 'icmp[0] = 3')
    expect((await open(35_464, 500)).seen).toBeNull()
    const told = await capture.find('ICMP on lan1', () => true)
    await capture.stop()
    expect([read(told).body[0], read(told).body[1], quoted(told).fromPort]).toEqual([3, 13, 35_464])
    expect(await stage.on.lan1.udpWhoami({ handle: first.handle, to: WHOAMI })).toEqual(first.seen)
  })
})

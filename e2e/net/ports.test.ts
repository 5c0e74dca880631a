/** How masq ports behave: one mapping per LAN socket, never shared, kept where free (RFC 4787, RFC 5382, RFC 7857). */
import { expect, it } from 'vitest'
import { FAR, LAN, SERVERS, SERVICES } from '../lab/plan.ts'
import { describeLab } from './harness/lab-test.ts'

const WHOAMI = { address: SERVERS['echo.example.org'], port: SERVICES.whoami }
const ELSEWHERE = { address: SERVERS['news.example.net'], port: SERVICES.whoami }
const FAR_AWAY = { address: FAR.address, port: SERVICES.whoami }

describeLab('masq ports', { wan: 'eth' }, (stage) => {
  it('UDP: a free port is kept, and the mapping is the same for every server (EIM, RFC 4787 REQ-1)', async () => {
    const handle = await stage.on.lan1.udpOpen({ localPort: 33_001 })
    const seen = []
    for (const to of [WHOAMI, ELSEWHERE, FAR_AWAY]) seen.push(await stage.on.lan1.udpWhoami({ handle, to }))
    expect(seen).toEqual(Array(3).fill({ address: stage.wan.address, port: 33_001 }))
  })

  it('UDP: a second LAN machine with the same port gets one of its own, the same for every server', async () => {
    const handle = await stage.on.lan2.udpOpen({ localPort: 33_001 })
    const first = await stage.on.lan2.udpWhoami({ handle, to: WHOAMI })
    expect(first!.address).toBe(stage.wan.address)
    expect(first!.port).not.toBe(33_001)
    expect(await stage.on.lan2.udpWhoami({ handle, to: ELSEWHERE })).toEqual(first)
    expect(await stage.on.lan2.udpWhoami({ handle, to: FAR_AWAY })).toEqual(first)
    console.log(`lan2's port 33001 is seen as ${first!.port}`)
  })

  it('TCP: two LAN machines, same port, same server: two masq ports', async () => {
    const one = await stage.on.lan1.tcpOpen({ to: WHOAMI, localPort: 34_001 })
    const two = await stage.on.lan2.tcpOpen({ to: WHOAMI, localPort: 34_001 })
    const [first, second] = [
      await stage.on.lan1.tcpAsk({ handle: one, text: '\n' }),
      await stage.on.lan2.tcpAsk({ handle: two, text: '\n' }),
    ]
    const line = (answer: string | null) => answer?.split('\n')[0]
    expect(line(first)).toBe(`${stage.wan.address} 34001`)
    expect(line(second)).toMatch(new RegExp(`^${stage.wan.address} \\d+$`))
    expect(line(second)).not.toBe(line(first))
  })

  it('500 sockets of two machines, same ports: 500 different masq ports', async () => {
    const ports = Array.from({ length: 250 }, (_, i) => 35_000 + i)
    const ask = async (host: 'lan1' | 'lan2') =>
      Promise.all(
        ports.map(async (localPort) => {
          const handle = await stage.on[host].udpOpen({ localPort })
          return (await stage.on[host].udpWhoami({ handle, to: WHOAMI }))?.port
        }),
      )
    const seen = [...(await ask('lan1')), ...(await ask('lan2'))]
    expect(new Set(seen).size).toBe(500)
    expect(seen.slice(0, 250)).toEqual(ports)
    const chosen = seen.slice(250).map(Number)
    const steps = chosen.filter((port, i) => port === chosen[i - 1]! + 1).length
    console.log(
      `chosen ports from ${Math.min(...chosen)} to ${Math.max(...chosen)}; ${steps} follow their predecessor`,
    )
    expect(steps).toBeLessThan(25)
  })

  it('only the server that was asked gets in (the same mapping, another server: dropped)', async () => {
    const handle = await stage.on.lan1.udpOpen({ localPort: 33_777 })
    expect(await stage.on.lan1.udpWhoami({ handle, to: WHOAMI })).not.toBeNull()
    const stranger = await stage.on.far.udpOpen({ localPort: 5555 })
    await stage.on.far.udpAsk({
      handle: stranger,
      to: { address: stage.wan.address, port: 33_777 },
      text: 'psst',
      waitMs: 300,
    })
    const last = await stage.on.lan1.udpLastPeer({ handle })
    expect(last?.address).toBe(WHOAMI.address)
  })

  it('two pings with the same id to the same server do not mix', () => {
    const ping = `ping -e 4711 -c 5 -i 0.05 -W 1 ${WHOAMI.address}`
    const both = ['lan1', 'lan2'].map((host) => stage.lab.run(host as 'lan1', ['sh', '-c', ping]))
    for (const said of both) expect(said).toContain('5 received')
  })

  it('shows every one of them in /proc/net/ip_masquerade with its masq port', async () => {
    const table = await stage.dataplane.text('/proc/net/ip_masquerade')
    const hex = (address: string) =>
      address
        .split('.')
        .map((part) => Number(part).toString(16).toUpperCase().padStart(2, '0'))
        .join('')
    const line = table.split('\n').find((row) => row.startsWith(`UDP ${hex(LAN.lan1)}:80E9 `))
    expect(line).toMatch(/ 80E9 /)
  })
})

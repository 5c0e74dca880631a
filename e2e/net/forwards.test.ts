/** Port forwarding with a real web server behind it and real clients before it: from outside, and from inside by the WAN address. */
import {
  anyRule,
  chainLabel,
  type Forward,
  type Forwards,
  NO_FORWARDS,
  type Rule,
  type Rules,
} from '@bauta/config'
import { expect, it } from 'vitest'
import { LAN, SERVERS, SERVICES, WANS } from '../lab/plan.ts'
import { until } from '../lab/shell.ts'
import { describeLab } from './harness/lab-test.ts'
import { netfilterHome } from './harness/netfilter-home.ts'

const { address: wan, gateway } = WANS.eth

/** Answers with who asks, and keeps `/slow` open. */
const SERVER = `require('node:http').createServer((request, reply) => {
  reply.write(request.socket.remoteAddress + '\\n')
  if (request.url !== '/slow') reply.end()
}).listen(8080, '0.0.0.0')`

const forward = (id: number, fields: Partial<Forward> = {}): Forward => ({
  id,
  enabled: true,
  comment: '',
  protocol: 'tcp',
  ports: { from: 80, to: 80 },
  targets: [{ address: LAN.lan2, turns: 10 }],
  targetPort: 8080,
  source: null,
  ...fields,
})

const BOTH = { classic: (rules: Rules) => rules, netfilter: () => netfilterHome() }

/** Ports 8000 to 8099 from outside get mark 7. */
function marking(rules: Rules): Rules {
  const match: Partial<Rule> = {
    inInterface: { name: 'wan0', invert: false },
    protocol: { number: 6, invert: false },
    destinationPorts: { from: 8000, to: 8099, invert: false },
  }
  const rule: Partial<Rule> =
    rules.dialect === 'classic'
      ? { ...match, target: { verdict: 'ACCEPT' }, setMark: { value: 7, add: false } }
      : { ...match, target: { action: 'MARK', value: 7, mask: 0xffffffff } }
  const place = rules.dialect === 'classic' ? 'input' : 'mangle PREROUTING'
  const chains = rules.chains.map((chain) =>
    chainLabel(chain) === place ? { ...chain, rules: [{ ...anyRule(999), ...rule }, ...chain.rules] } : chain,
  )
  return { ...rules, chains }
}

for (const [dialect, rulesOf] of Object.entries(BOTH))
  describeLab(`port forwarding, ${dialect} dialect`, { wan: 'eth' }, (stage) => {
    const set = async (forwards: Partial<Forwards>) => {
      const { revision, snapshot } = await stage.dataplane.settings()
      const rules = rulesOf(snapshot.rules)
      const next = { ...snapshot, rules, forwards: { ...NO_FORWARDS, ...forwards } }
      return stage.dataplane.apply({ revision: revision + 1, snapshot: next })
    }
    const curl = (host: 'isp' | 'lan1' | 'lan2', url: string) =>
      stage.lab.run(host, ['curl', '-sS', '--max-time', '3', url]).trim()
    const serving = async () => {
      for (const host of ['lan1', 'lan2'] as const) {
        stage.lab.spawn(host, [process.execPath, '-e', SERVER])
        await until(`the web server on ${host}`, 5, () => {
          try {
            return curl(host, 'http://127.0.0.1:8080/') !== ''
          } catch {
            return false
          }
        })
      }
    }

    it('nobody comes in before there is a forward; then curl reaches the web server from outside, and the server sees who asks', async () => {
      await serving()
      expect(() => curl('isp', `http://${wan}/`)).toThrow()
      await set({ list: [forward(1)] })
      expect(curl('isp', `http://${wan}/`)).toBe(gateway)
      const { rows } = await stage.dataplane.connections({ q: `client:${LAN.lan2}` })
      expect(rows.find(({ masqPort }) => masqPort === 80)).toMatchObject({
        kind: 'forward',
        clientPort: 8080,
        server: gateway,
        ruleId: 1,
        ruleText: `forward: TCP port 80 to ${LAN.lan2} port 8080`,
      })
      const [row] = (await stage.dataplane.text('/proc/net/ip_masq/portfw')).split('\n').slice(1)
      expect(row!.trimEnd()).toBe('TCP  C6336402    80 > C0A84D0C  8080    10    10')
    })

    it('from inside by the WAN address the server sees the WAN address, also when it asks itself', async () => {
      expect(curl('lan1', `http://${wan}/`)).toBe(wan)
      expect(curl('lan2', `http://${wan}/`)).toBe(wan)
    })

    it('several machines take turns, one connection each', async () => {
      const targets = [LAN.lan1, LAN.lan2].map((address) => ({ address, turns: 1 }))
      await set({ list: [forward(1, { targets })] })
      for (let i = 0; i < 4; i++) expect(curl('isp', `http://${wan}/`)).toBe(gateway)
      const { rows } = await stage.dataplane.connections({ q: 'port:80', limit: 50 })
      const by = (client: string) => rows.filter((row) => row.client === client && row.clientPort === 8080)
      expect(by(LAN.lan1).length).toBeGreaterThanOrEqual(2)
      expect(by(LAN.lan2).length).toBeGreaterThanOrEqual(2)
    })

    it('UDP: a range to other ports, from outside and from inside; the answer comes from where was asked', async () => {
      await set({
        list: [forward(2, { protocol: 'udp', ports: { from: 5000, to: 5009 }, targetPort: 6000 })],
      })
      const inside = await stage.on.lan2.udpOpen({ localPort: 6004 })
      const outside = await stage.on.isp.udpOpen({ localPort: 41_000 })
      const neighbour = await stage.on.lan1.udpOpen({ localPort: 41_001 })
      const to = { address: wan, port: 5004 }
      await stage.on.isp.udpAsk({ handle: outside, to, text: 'hello', waitMs: 300 })
      expect(await stage.on.lan2.udpLastPeer({ handle: inside })).toEqual({ address: gateway, port: 41_000 })
      await stage.on.lan1.udpAsk({ handle: neighbour, to, text: 'hello', waitMs: 300 })
      const seen = await stage.on.lan2.udpLastPeer({ handle: inside })
      expect(seen?.address).toBe(wan)
      await stage.on.lan2.udpAsk({ handle: inside, to: seen!, text: 'yes', waitMs: 300 })
      expect(await stage.on.lan1.udpLastPeer({ handle: neighbour })).toEqual(to)
    })

    it('the DMZ host is pinged from outside and from inside, and goes on reaching the Internet', async () => {
      await set({ list: [forward(3, { protocol: 'all', ports: null, targetPort: null })] })
      for (const host of ['isp', 'lan1'] as const)
        expect(stage.lab.run(host, ['ping', '-c', '2', '-i', '0.2', '-W', '1', wan])).toMatch(
          / 0% packet loss/,
        )
      const { rows } = await stage.dataplane.connections({ q: 'proto:icmp' })
      expect(rows.some(({ client, kind }) => client === LAN.lan2 && kind === 'forward')).toBe(true)
      expect(rows.some(({ client, server }) => client === LAN.lan1 && server === LAN.lan2)).toBe(true)
      const { address, port } = { address: SERVERS['echo.example.org'], port: SERVICES.whoami }
      const handle = await stage.on.lan1.udpOpen({ localPort: 0 })
      expect(await stage.on.lan1.udpWhoami({ handle, to: { address, port } })).not.toBeNull()
    })

    it('a mark that rules give leads to a machine, whatever the port', async () => {
      const marks = [
        {
          id: 8,
          enabled: true,
          comment: '',
          mark: 7,
          targets: [{ address: LAN.lan2, turns: 10 }],
          targetPort: 8080,
        },
      ]
      const { revision, snapshot } = await stage.dataplane.settings()
      const rules = marking(rulesOf(snapshot.rules))
      const forwards = { ...NO_FORWARDS, marks }
      await stage.dataplane.apply({ revision: revision + 1, snapshot: { ...snapshot, rules, forwards } })
      for (const port of [8000, 8099]) expect(curl('isp', `http://${wan}:${port}/`)).toBe(gateway)
      expect(() => curl('isp', `http://${wan}:8100/`)).toThrow()
      const [, row = ''] = (await stage.dataplane.text('/proc/net/ip_masq/mfw')).split('\n')
      expect(row.trimEnd()).toMatch(/^0x7 > C0A84D0C {2}8080 +\d+ {4}10$/)
      await stage.dataplane.apply({ revision: revision + 2, snapshot })
    })

    it('taking a forward away ends what it let in, and nothing else; the test button tells whether the machine answers', async () => {
      await set({ list: [forward(1)] })
      const slow = stage.lab.spawn('isp', ['curl', '-sS', '--max-time', '20', `http://${wan}/slow`])
      const open = async () =>
        (await stage.dataplane.connections({ q: 'proto:tcp', limit: 200 })).rows.filter(
          ({ ruleId, kind, state }) => kind === 'forward' && ruleId === 1 && state === 'ESTABLISHED',
        )
      await until('the slow connection', 5, async () => (await open()).length > 0)
      const reply = await set({})
      expect(reply.cut).toBeGreaterThan(0)
      expect(await open()).toEqual([])
      slow.kill()
      const test = (port: number) => stage.dataplane.testForward({ protocol: 'tcp', address: LAN.lan2, port })
      expect(await test(8080)).toMatchObject({ result: 'answers' })
      expect(await test(8081)).toMatchObject({ result: 'refused' })
    })
  })

/** IRC through the box: ngircd, and two people who offer each other direct connections (DCC). */
import { formatAddress, withHelper } from '@bauta/config'
import { beforeAll, expect, it } from 'vitest'
import { LAN, RESOLVER, WANS } from '../lab/plan.ts'
import { describeLab } from './harness/lab-test.ts'
import { ngircd } from './harness/servers.ts'

const SERVER = { address: RESOLVER, port: 6667 }
const { address: wan } = WANS.eth
const asNumber = (address: string) =>
  address.split('.').reduce((value, part) => value * 256 + Number(part), 0)
const OWN = asNumber(LAN.lan1)

/** What a DCC offer says. */
function offered(line: string): { address: string; port: number } {
  const [, address = '', port = ''] = /DCC \w+ \S+ (\d+) (\d+)/.exec(line) ?? []
  return { address: formatAddress(Number(address)), port: Number(port) }
}

describeLab('IRC', { wan: 'eth' }, (stage) => {
  let anna = 0
  let bert = 0
  const switchOn = async (enabled: boolean) => {
    const { revision, snapshot } = await stage.dataplane.settings()
    const helpers = withHelper(snapshot.helpers, { name: 'irc', enabled, ports: [6667] })
    await stage.dataplane.apply({ revision: revision + 1, snapshot: { ...snapshot, helpers } })
  }
  beforeAll(async () => {
    if (!stage.lab) return
    await ngircd(stage.lab, { host: 'isp', ...SERVER })
    await switchOn(true)
    anna = await stage.on.lan1.ircJoin({ server: SERVER, nick: 'anna' })
    bert = await stage.on.isp.ircJoin({ server: SERVER, nick: 'bert' })
  }, 30_000)

  /** Anna, inside, offers; @returns what Bert is told, and the port that she listens at */
  const offer = async (kind: string, rest = '', pieces?: number) => {
    const own = await stage.on.lan1.dccListen()
    const line = `PRIVMSG bert :\x01DCC ${kind} ${OWN} ${own}${rest}\x01`
    await stage.on.lan1.ircSays({ handle: anna, line, pieces })
    return { own, told: offered(await stage.on.isp.ircHears({ handle: bert, what: 'DCC' })) }
  }

  it('CHAT: the other one is told the WAN address, and reaches who offered', async () => {
    const { own, told } = await offer('CHAT chat')
    expect(told.address).toBe(wan)
    const given = stage.on.lan1.dccGive({ port: own, text: 'hello\n' })
    expect(await stage.on.isp.dccTake({ from: told })).toBe('hello\n')
    expect(await given).toBe(WANS.eth.gateway)
  })

  it('SEND: a file goes through; the line may come in pieces', async () => {
    const file = 'x'.repeat(200_000)
    for (const pieces of [undefined, 24, 40]) {
      const { own, told } = await offer('SEND file.txt', ` ${file.length}`, pieces)
      expect(told.address).toBe(wan)
      const given = stage.on.lan1.dccGive({ port: own, text: file })
      expect((await stage.on.isp.dccTake({ from: told })).length).toBe(file.length)
      await given
    }
  })

  it('RESUME and ACCEPT: each of the two reads the port that it knows', async () => {
    // Somebody else has the number already: what is told differs from what is.
    const taken = await stage.on.lan2.udpOpen({ localPort: 0 })
    expect(taken).toBeGreaterThan(0)
    const { own, told } = await offer('SEND file.txt', ' 1000')
    const to = { handle: bert, line: `PRIVMSG anna :\x01DCC RESUME file.txt ${told.port} 500\x01` }
    await stage.on.isp.ircSays(to)
    expect(await stage.on.lan1.ircHears({ handle: anna, what: 'RESUME' })).toContain(
      `RESUME file.txt ${own} 500`,
    )
    await stage.on.lan1.ircSays({
      handle: anna,
      line: `PRIVMSG bert :\x01DCC ACCEPT file.txt ${own} 500\x01`,
    })
    expect(await stage.on.isp.ircHears({ handle: bert, what: 'ACCEPT' })).toContain(
      `ACCEPT file.txt ${told.port} 500`,
    )
    const given = stage.on.lan1.dccGive({ port: own, text: 'the rest' })
    expect(await stage.on.isp.dccTake({ from: told })).toBe('the rest')
    await given
  })

  it('switched off, the conversation goes on, and offers are passed as they are', async () => {
    await switchOn(false)
    const { told } = await offer('CHAT chat')
    expect(told.address).toBe(LAN.lan1)
    await stage.on.isp.ircSays({ handle: bert, line: 'PRIVMSG anna :still there?' })
    expect(await stage.on.lan1.ircHears({ handle: anna, what: 'still there' })).toContain('PRIVMSG anna')
  })
})

import { describe, expect, test } from 'vitest'
import { address, bench, LAN1, LAN2, SERVER, sendNew, tcp } from '../testing.ts'
import { Dialogue, withHelpers } from './dialogue.ts'

const ELSEWHERE = address('203.0.113.9')
const own = String(LAN1)
const wan = String(address('198.51.100.2'))

function welcomed(on = bench(256, withHelpers('irc'))): Dialogue {
  const dialogue = new Dialogue(6667, { on })
  dialogue.says('NICK anna\r\nUSER anna 0 * :anna\r\n')
  dialogue.answers(':irc.example 001 anna :Welcome\r\n')
  return dialogue
}
const dcc = (text: string) => `PRIVMSG bert :\x01DCC ${text}\x01\r\n`

describe('IRC', () => {
  test.each([
    ['CHAT chat', ''],
    ['SCHAT chat', ''],
    ['SEND file', ' 1000'],
    ['SEND "a file.txt"', ' 1000'],
    ['MOVE file', ' 1000'],
    ['TSEND file', ' 1000'],
    ['send file', ' 1000'],
  ])('%s names the WAN address, and whoever comes is led to who offered', (what, rest) => {
    const dialogue = welcomed()
    expect(dialogue.says(dcc(`${what} ${own} 40001${rest}`))).toBe(dcc(`${what} ${wan} 40001${rest}`))
    const { table } = dialogue.bench
    const slot = dialogue.comes(40_001, ELSEWHERE, 5000)
    expect([table.client(slot), table.clientPort(slot), table.controller(slot)]).toEqual([LAN1, 40_001, -1])
    expect(dialogue.comes(40_001, ELSEWHERE, 5001)).toBe(-1)
  })

  test('a client that knows the WAN address has its port translated; another address is left alone', () => {
    const on = bench(256, withHelpers('irc'))
    sendNew(on.masq, tcp(LAN2, 40_001, SERVER, 80), 50)
    const dialogue = welcomed(on)
    const said = dialogue.says(dcc(`CHAT chat ${wan} 40001`))!
    const port = Number(/ (\d+).\r\n$/.exec(said)![1])
    expect(port).not.toBe(40_001)
    expect(dialogue.comes(port, ELSEWHERE, 5000)).toBeGreaterThanOrEqual(0)
    expect(dialogue.says(dcc(`CHAT chat ${LAN2} 40002`))).toBe(dcc(`CHAT chat ${LAN2} 40002`))
  })

  test('RESUME and ACCEPT of other people’s ports pass as they are', () => {
    const dialogue = welcomed()
    const resume = ':bert!b@x PRIVMSG anna :\x01DCC RESUME file 4711 5\x01\r\n'
    expect(dialogue.answers(resume)).toBe(resume)
    expect(dialogue.says(dcc('ACCEPT file 4711 5'))).toBe(dcc('ACCEPT file 4711 5'))
    expect(dialogue.says(dcc('RESUME file 4711 5'))).toBe(dcc('RESUME file 4711 5'))
  })

  test('the offer of somebody outside is waited for on the way out', () => {
    const dialogue = welcomed()
    dialogue.answers(`:bert!b@x PRIVMSG anna :\x01DCC CHAT chat ${ELSEWHERE} 5000\x01\r\n`)
    expect([dialogue.goes(ELSEWHERE, 5000), dialogue.goes(ELSEWHERE, 5001)]).toEqual([true, false])
  })

  test('system ports, X11 and port 0 are not opened', () => {
    const dialogue = welcomed()
    for (const port of [0, 80, 6000]) {
      expect(dialogue.says(dcc(`CHAT chat ${own} ${port}`))).toBe(dcc(`CHAT chat ${own} ${port}`))
      if (port > 0) expect(dialogue.comes(port, ELSEWHERE, 5000)).toBe(-1)
    }
  })

  test('nothing is believed before the server has said welcome, nor of a client that does not register', () => {
    const early = new Dialogue(6667, { on: bench(256, withHelpers('irc')) })
    early.says('NICK anna\r\n')
    expect(early.says(dcc(`CHAT chat ${own} 40001`))).toBe(dcc(`CHAT chat ${own} 40001`))
    const form = new Dialogue(6667, { on: bench(256, withHelpers('irc')) })
    form.says('POST / HTTP/1.1\r\n')
    form.answers(':irc.example 001 anna :Welcome\r\n')
    form.says('NICK anna\r\n')
    expect(form.says(dcc(`CHAT chat ${own} 40001`))).toBe(dcc(`CHAT chat ${own} 40001`))
  })

  test('only a whole message at the start of a line counts', () => {
    const dialogue = welcomed()
    for (const line of [
      `PRIVMSG bert :look: PRIVMSG bert :\x01DCC CHAT chat ${own} 40001\x01 \r\n`,
      `PRIVMSG bert :\x01DCC CHAT chat ${own} 40001\r\n`,
      `PRIVMSG bert :\x01DCC CHAT ${own} 40001\x01\r\n`,
    ])
      expect(dialogue.says(line)).toBe(line)
    expect(dialogue.comes(40_001, ELSEWHERE, 5000)).toBe(-1)
  })
})

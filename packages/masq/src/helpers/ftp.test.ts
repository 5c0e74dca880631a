import { describe, expect, test } from 'vitest'
import { address, bench, LAN1, SERVER } from '../testing.ts'
import { Dialogue, withHelpers } from './dialogue.ts'

function greeted(serverPort = 21, on = bench(256, withHelpers('ftp'))): Dialogue {
  const dialogue = new Dialogue(serverPort, { on })
  dialogue.answers('220 welcome\r\n')
  dialogue.says('USER a\r\n')
  return dialogue
}

describe('FTP, client inside', () => {
  test('PORT becomes the WAN address and a masq port, in any letters, and the server is let in there once', () => {
    for (const verb of ['PORT', 'port', 'Port']) {
      const dialogue = greeted()
      expect(dialogue.says(`${verb} 192,168,77,11,156,65\r\n`)).toBe(`${verb} 198,51,100,2,156,65\r\n`)
      expect(dialogue.comes(40_001, address('203.0.113.5'))).toBe(-1)
      const slot = dialogue.comes(40_001)
      const { table } = dialogue.bench
      expect([table.client(slot), table.clientPort(slot), table.controller(slot)]).toEqual([
        LAN1,
        40_001,
        dialogue.slot,
      ])
      expect(table.controls(dialogue.slot)).toBe(1)
      expect(dialogue.comes(40_001, SERVER, 21)).toBe(-1)
    }
  })

  test('EPRT keeps its delimiter; IPv6 is left alone', () => {
    const dialogue = greeted()
    expect(dialogue.says('EPRT !1!192.168.77.11!40001!\r\n')).toBe('EPRT !1!198.51.100.2!40001!\r\n')
    expect(dialogue.says('EPRT |2|::1|40001|\r\n')).toBe('EPRT |2|::1|40001|\r\n')
  })

  test('227 and 229 pass as they are and make the data connection a related one, where they were asked for', () => {
    const dialogue = greeted()
    const answer = '227 Entering Passive Mode (93,184,216,34,200,10)\r\n'
    expect(dialogue.answers(answer)).toBe(answer)
    expect(dialogue.goes(SERVER, 51_210)).toBe(false)
    dialogue.says('PASV\r\n')
    expect(dialogue.answers(answer)).toBe(answer)
    expect(dialogue.goes(SERVER, 51_210)).toBe(true)
    dialogue.says('EPSV\r\n')
    dialogue.answers('229 ok (|||51211|)\r\n')
    expect([dialogue.goes(SERVER, 51_210), dialogue.goes(SERVER, 51_211)]).toEqual([false, true])
  })

  test('227 of another machine’s address is nothing to wait for', () => {
    const dialogue = greeted()
    dialogue.says('PASV\r\n')
    dialogue.answers('227 ok (10,0,0,1,200,10)\r\n')
    expect(dialogue.goes(address('10.0.0.1'), 51_210)).toBe(false)
  })

  test('a new PORT replaces the one before', () => {
    const dialogue = greeted()
    dialogue.says('PORT 192,168,77,11,156,65\r\n')
    dialogue.answers('200 ok\r\n')
    dialogue.says('PORT 192,168,77,11,156,66\r\n')
    expect([dialogue.comes(40_001), dialogue.comes(40_002) >= 0]).toEqual([-1, true])
  })

  test('after AUTH TLS there is nothing to read', () => {
    const dialogue = greeted()
    dialogue.says('AUTH TLS\r\n')
    dialogue.answers('234 go on\r\n')
    expect(dialogue.bench.table.helper(dialogue.slot)).toBe(0)
    expect(dialogue.says('\x16\x03\x01 no lines here')).toBe('\x16\x03\x01 no lines here')
  })

  test('ABOR with its signals is a command; a command nobody knows ends the helper only before the login', () => {
    const dialogue = greeted()
    dialogue.answers('230 logged in\r\n')
    expect(dialogue.says('\xff\xf4\xff\xf2ABOR\r\n')).toBe('\xff\xf4\xff\xf2ABOR\r\n')
    dialogue.says('XYZZ\r\n')
    expect(dialogue.bench.table.helper(dialogue.slot)).toBe(1)
    const other = greeted()
    other.says('XYZZ\r\n')
    expect(other.bench.table.helper(other.slot)).toBe(0)
  })

  test.each([
    ['a line of HTTP', 'POST / HTTP/1.1\r\n'],
    ['a greeting of TLS', '\x16\x03\x01\x02\x00\r\n'],
    ['a line of SMTP', 'EHLO x\r\n'],
  ])('%s ends the helper for good, whatever comes behind it', (_, line) => {
    const dialogue = new Dialogue(21, { on: bench(256, withHelpers('ftp')) })
    dialogue.answers('220 welcome\r\n')
    dialogue.says(line)
    expect(dialogue.says('PORT 192,168,77,11,156,65\r\n')).toBe('PORT 192,168,77,11,156,65\r\n')
    expect(dialogue.comes(40_001)).toBe(-1)
  })

  test('a server that greets otherwise is none of FTP', () => {
    const dialogue = new Dialogue(21, { on: bench(256, withHelpers('ftp')) })
    dialogue.answers('HTTP/1.1 200 OK\r\n220 welcome\r\n')
    expect(dialogue.says('PORT 192,168,77,11,156,65\r\n')).toBe('PORT 192,168,77,11,156,65\r\n')
  })
})

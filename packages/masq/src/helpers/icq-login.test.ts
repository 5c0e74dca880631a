import { describe, expect, it } from 'vitest'
import { icqCheck4, icqCipher4, icqCipher5 } from './icq-cipher.ts'
import { IcqLogin } from './icq-login.ts'
import { bytesOf } from './testing.ts'

const OWN = 0xc0a84d0b | 0
const WAN = 0xc6336402 | 0
/** Port 1234, the password "secret" with its length, four bytes, 192.168.77.11, the way, the status. */
const rest = `d2040000 0700 73656372657400 98000000 c0a84d0b 04 00000000 03000000 00000000 00980010 0050 0000`
const time = '78563412'

const PLAIN: Record<number, string> = {
  2: `0200 e803 0100 39300000 ${rest}`,
  3: `0300 e803 0100 0000 39300000 00000000 ${time} ${rest}`,
  4: `0400 3412 0000 e803 0100 0100 39300000 00000000 ${time} ${rest}`,
  5: `0500 00000000 39300000 44332211 e803 0100 0100 00000000 ${time} ${rest}`,
}

/** As a client hides it: with a check code, whose fourth byte of version 4 names the byte that its third is made of. */
function hidden(version: number): Uint8Array {
  const packet = bytesOf(PLAIN[version]!)
  if (version === 4) {
    packet.set([0x55, 0xaa, 0, packet[8]! ^ 24], 16)
    icqCheck4(packet)
    icqCipher4(packet)
  }
  if (version === 5) {
    packet.set([0x9a, 0x3c, 0x71, 0xe5], 20)
    icqCipher5(packet)
  }
  return packet
}

describe('an ICQ login', () => {
  it.each([2, 3, 4, 5])('version %i: port and address are found, changed, and hidden again', (version) => {
    const login = new IcqLogin()
    const sent = hidden(version)
    expect(login.read(sent, 0, sent.length)).toBe(true)
    expect([login.port, login.saysAddress(OWN), login.saysAddress(WAN)]).toEqual([1234, true, false])
    const written = login.write(WAN, 61000, OWN).slice()
    expect(written.length).toBe(sent.length)
    expect(login.read(written, 0, written.length)).toBe(true)
    expect([login.port, login.saysAddress(WAN)]).toEqual([61000, true])
    // Back again it is to the byte what the client had said.
    expect(login.write(OWN, 1234, WAN)).toEqual(sent)
  })
  it('version 4 and 5 hide it: the port cannot be read in what is sent', () => {
    const login5 = hidden(5)
    expect([...login5.slice(28, 30)]).not.toEqual([0xd2, 0x04])
    expect([...hidden(4).slice(6, 8)]).not.toEqual([0xe8, 0x03])
  })
  it('version 4: the check code follows where it was made of a byte that changed', () => {
    const login = new IcqLogin()
    const sent = hidden(4)
    login.read(sent, 0, sent.length)
    const written = login.write(WAN, 61000, OWN)
    expect(written[18]).not.toBe(sent[18])
    expect([written[16], written[17], written[19]]).toEqual([sent[16], sent[17], sent[19]])
  })
  it('an address in the other order of bytes keeps that order', () => {
    const login = new IcqLogin()
    const sent = bytesOf(PLAIN[2]!.replace('c0a84d0b', '0b4da8c0'))
    expect(login.read(sent, 0, sent.length)).toBe(true)
    expect(login.saysAddress(OWN)).toBe(true)
    expect([...login.write(WAN, 1234, OWN).slice(27, 31)]).toEqual([0x02, 0x64, 0x33, 0xc6])
  })
  it.each(['other command', 'cut', 'unknown version'])('%s: nothing is read', (what) => {
    const login = new IcqLogin()
    const sent = bytesOf(PLAIN[2]!)
    if (what === 'other command') sent[2] = 0x0a
    if (what === 'unknown version') sent[0] = 7
    expect(login.read(sent, 0, what === 'cut' ? 30 : sent.length)).toBe(false)
  })
})

/** PNA, VDOLive, CU-SeeMe and Quake: what stands where. */
import { read16 } from '@bauta/packet'
import { describe, expect, it } from 'vitest'
import { findCuseemeClient, findCuseemeDestination, findCuseemeSource } from './cuseeme-message.ts'
import { isPna, nextPnaPort } from './pna-message.ts'
import { findQuakePort, isQuakeConnect, quakePort, readQuakePort } from './quake-message.ts'
import { bytesOf } from './testing.ts'
import { findVdolivePort } from './vdolive-message.ts'

const OWN = 0xc0a84d0b | 0

describe('PNA', () => {
  // "PNA", version 10; option 1: port 6970; option 3: four bytes; option 7: port 6971; end.
  const hello = bytesOf('504e41000a 0001 0002 1b3a 0003 0004 00000000 0007 0002 1b3b 0000')
  it('finds both ports, the one for audio and the one for repairs', () => {
    expect(isPna(hello, 0, hello.length)).toBe(true)
    const first = nextPnaPort(hello, 0, hello.length)
    const second = nextPnaPort(hello, 0, hello.length, first)
    expect([read16(hello, first), read16(hello, second)]).toEqual([6970, 6971])
    expect(nextPnaPort(hello, 0, hello.length, second)).toBe(-1)
  })
  it('takes nothing for a port that is cut off, zero, behind the end, or of a later protocol', () => {
    expect(nextPnaPort(hello, 0, 10)).toBe(-1)
    expect(nextPnaPort(bytesOf('504e41000a 0007 0002 0000 0000'), 0, 13)).toBe(-1)
    expect(nextPnaPort(bytesOf('504e41000a 0000 0001 0002 1b3a'), 0, 13)).toBe(-1)
    expect(isPna(bytesOf('504e41010a'), 0, 5)).toBe(false)
  })
})

describe('VDOLive', () => {
  const words = (...list: string[]) => bytesOf(list.join(' '))
  const mark = '56444f20 4c697665'
  const first = words('00000000 00000006', '00000000 00000000 00000000 00000000', mark, '00001b3a')
  const later = words('00000000 00000001', mark, '00001b3a')
  it('finds the port of either message', () => {
    expect(read16(first, findVdolivePort(first, 0, first.length))).toBe(6970)
    expect(read16(later, findVdolivePort(later, 0, later.length))).toBe(6970)
  })
  it('finds none in what is cut, or is something else', () => {
    expect(findVdolivePort(first, 0, first.length - 1)).toBe(-1)
    const other = words('00000000 00000001', '56444f20 4c697666', '00001b3a')
    expect(findVdolivePort(other, 0, other.length)).toBe(-1)
  })
})

describe('CU-SeeMe', () => {
  const header = (type: string) => `0002 1de0 c6336402 0002 1de0 c0a84d0b 00000001 0001 ${type} 0038`
  it('finds the sender’s address only where it is its own', () => {
    const packet = bytesOf(header('0001'))
    expect(findCuseemeSource(packet, 0, packet.length, OWN)).toBe(12)
    expect(findCuseemeSource(packet, 0, packet.length, OWN + 1)).toBe(-1)
    expect(findCuseemeDestination(packet, 0, packet.length, 0xc6336402 | 0)).toBe(4)
    expect(findCuseemeSource(packet, 0, 25, OWN)).toBe(-1)
  })
  it('finds oneself in a reflector’s list', () => {
    const name = '00'.repeat(20)
    const list = `5db8d822 ${'00'.repeat(8)} c6336402 ${'00'.repeat(8)}`
    const packet = bytesOf(`${header('0065')} 0002 00000001 ${name} 00000000 ${list}`)
    expect(findCuseemeClient(packet, 0, packet.length, 0xc6336402 | 0)).toBe(68)
    expect(findCuseemeClient(packet, 0, packet.length, OWN)).toBe(-1)
  })
})

describe('Quake', () => {
  it('knows who asks to be let in', () => {
    const connect = bytesOf('8000 000c 01 5155414b4500 03')
    expect(isQuakeConnect(connect, 0, connect.length)).toBe(true)
    expect(isQuakeConnect(connect, 0, connect.length - 1)).toBe(false)
  })
  it('finds the port at which the game goes on, lowest byte first', () => {
    const accept = bytesOf('8000 0009 81 d2040000')
    expect(findQuakePort(accept, 0, accept.length)).toBe(5)
    expect(readQuakePort(accept, 5)).toBe(1234)
    expect([...quakePort(1234, new Uint8Array(2))]).toEqual([0xd2, 0x04])
    expect(findQuakePort(bytesOf('8000 0009 81 d2040100'), 0, 9)).toBe(-1)
  })
})

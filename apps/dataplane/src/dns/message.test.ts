import dnsPacket from 'dns-packet'
import { describe, expect, it } from 'vitest'
import { bareAnswer, blockedAnswer, hasOpt, isQuery, RCODE, readQuestion } from './message.ts'

const query = (name: string, more: Partial<dnsPacket.Packet> = {}) =>
  dnsPacket.encode({
    type: 'query',
    id: 0x1234,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ type: 'A', name }],
    ...more,
  })
/** A header that announces one question, and what follows it. */
const raw = (...rest: number[]) => Uint8Array.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...rest])
const label = (length: number) => [length, ...Array<number>(length).fill(97)]

describe('the question', () => {
  it('is read in lower case, with what is no letter written out', () => {
    expect(readQuestion(query('WWW.Example.ORG'))).toEqual({
      name: 'www.example.org',
      type: 1,
      class: 1,
      end: 33,
    })
    expect(readQuestion(query('.'))).toMatchObject({ name: '' })
    expect(readQuestion(raw(3, 97, 46, 98, 0, 0, 1, 0, 1))?.name).toBe('a\\056b')
    expect(readQuestion(raw(2, 97, 0, 0, 0, 1, 0, 1))?.name).toBe('a\\000')
  })

  it.each([
    ['no question', Uint8Array.from([0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
    ['two questions', Uint8Array.from([0, 1, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1])],
    ['a pointer to itself', raw(0xc0, 12, 0, 1, 0, 1)],
    ['a label of 64', raw(...label(64), 0, 0, 1, 0, 1)],
    ['a name of 256', raw(...label(63), ...label(63), ...label(63), ...label(62), 0, 0, 1, 0, 1)],
    ['a label past the end', raw(9, 97, 97)],
    ['no final zero', raw(1, 97)],
    ['no type', raw(1, 97, 0, 0)],
  ])('of a message with %s is none', (_, message) => {
    expect(readQuestion(message)).toBeNull()
  })

  it('may be as long as a name may be: 255', () => {
    expect(
      readQuestion(raw(...label(63), ...label(63), ...label(63), ...label(61), 0, 0, 1, 0, 1))?.name,
    ).toHaveLength(253)
  })

  it('never throws, whatever the bytes', () => {
    let seed = 1
    const random = () => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
      return seed >> 8
    }
    for (let i = 0; i < 20_000; i++) {
      const message = Uint8Array.from({ length: random() % 80 }, random)
      if (message.length > 5) message.set([0, 1], 4)
      expect(() => isQuery(message) && readQuestion(message)).not.toThrow()
    }
  })
})

describe('an answer of the front itself', () => {
  it('repeats id, question, RD and CD, and says the code', () => {
    const asked = query('a.example', { flags: dnsPacket.RECURSION_DESIRED | dnsPacket.CHECKING_DISABLED })
    const answer = dnsPacket.decode(Buffer.from(bareAnswer(asked, readQuestion(asked), RCODE.failure)))
    expect(answer).toMatchObject({
      id: 0x1234,
      type: 'response',
      flag_rd: true,
      flag_cd: true,
      flag_ra: true,
      rcode: 'SERVFAIL',
      questions: [{ name: 'a.example', type: 'A' }],
      answers: [],
    })
  })

  it('has no question where none could be read', () => {
    const bytes = bareAnswer(raw(0xc0, 12), null, RCODE.format)
    expect(dnsPacket.decode(Buffer.from(bytes))).toMatchObject({ rcode: 'FORMERR', questions: [] })
  })

  it('tells that a name is blocked, with what lets the asker remember it', () => {
    const asked = query('ads.example')
    const answer = dnsPacket.decode(Buffer.from(blockedAnswer(asked, readQuestion(asked)!)))
    expect(answer).toMatchObject({ rcode: 'NXDOMAIN', additionals: [] })
    expect(answer.authorities).toMatchObject([{ type: 'SOA', ttl: 60, data: { minimum: 60 } }])
  })

  it('says why to who speaks EDNS: RFC 8914, blocked', () => {
    const asked = query('ads.example', {
      additionals: [
        {
          type: 'OPT',
          name: '.',
          udpPayloadSize: 1232,
          extendedRcode: 0,
          ednsVersion: 0,
          flags: 0,
          flag_do: false,
          options: [],
        },
      ],
    })
    const question = readQuestion(asked)!
    expect(hasOpt(asked, question)).toBe(true)
    const answer = dnsPacket.decode(Buffer.from(blockedAnswer(asked, question)))
    expect(answer.additionals).toMatchObject([
      { type: 'OPT', options: [{ code: 15, data: Buffer.from([0, 15]) }] },
    ])
  })
})

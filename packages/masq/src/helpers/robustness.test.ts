/** Every helper there is, fed by strangers: nothing may throw, and every packet that passes is a good one. */
import { HELPERS as KINDS } from '@bauta/config'
import { PROTOCOL } from '@bauta/packet'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bench } from '../testing.ts'
import { Dialogue, withHelpers } from './dialogue.ts'
import { HELPERS } from './registry.ts'

/** Words of the protocols, so that chance gets somewhere. */
const WORDS = [
  ...[
    '220 hi\r\n',
    '230 in\r\n',
    '227 x (93,184,216,34,200,10)\r\n',
    '229 x (|||5000|)\r\n',
    'USER a\r\n',
    'PASV\r\n',
    'EPSV\r\n',
  ],
  ...[
    'PORT 192,168,77,11,156,65\r\n',
    'PORT 999,1,1,1,1,1\r\n',
    'EPRT |1|192.168.77.11|40001|\r\n',
    'EPRT |1|',
    '\r\n',
    '\n',
  ],
  ...[
    'NICK a\r\n',
    ':x 001 a :hi\r\n',
    'PRIVMSG b :\x01DCC SEND f 3232255243 40001 9\x01\r\n',
    '\x01DCC ACCEPT f 40001 1\x01\r\n',
  ],
  ...[
    'RTSP/1.0 200 OK\r\n',
    'SETUP rtsp://x/ RTSP/1.0\r\n',
    'Transport: RTP/AVP;unicast;client_port=5000-5001\r\n',
    'CSeq: 1\r\n\r\n',
  ],
  ...[
    'INVITE sip:a@b SIP/2.0\r\n',
    'Via: SIP/2.0/UDP 192.168.77.11:5060\r\n',
    'Contact: <sip:a@192.168.77.11>\r\n',
    'c=IN IP4 192.168.77.11\r\n',
  ],
  ...[
    'm=audio 5004 RTP/AVP 0\r\n',
    '\x03\0\0\x20',
    '\x1a\x2b\x3c\x4d',
    '\0\x9c\0\x01\x1a\x2b\x3c\x4d\0\x07',
    'VDO Live',
    'PNA\0\x0a',
    '\x80\0\0\x0c\x01QUAKE\0\x03',
  ],
]
const chunk = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...WORDS) },
  fc.uint8Array({ maxLength: 60 }).map((bytes) => String.fromCharCode(...bytes)),
)
const talk = fc.array(fc.tuple(fc.boolean(), fc.array(chunk, { minLength: 1, maxLength: 3 })), {
  maxLength: 12,
})

describe('helpers and what strangers say', () => {
  test.each(HELPERS.map((helper) => [helper.name, helper] as const))(
    '%s neither throws nor spoils a packet',
    (name) => {
      const { protocol, ports } = KINDS[name]
      fc.assert(
        fc.property(talk, (parts) => {
          const on = bench(256, withHelpers(name))
          const dialogue = new Dialogue(ports[0]!, {
            protocol: protocol === 'tcp' ? PROTOCOL.tcp : PROTOCOL.udp,
            on,
          })
          if (protocol === 'udp') dialogue.says('hello')
          for (const [fromClient, chunks] of parts)
            if (fromClient) dialogue.says(chunks.join(''))
            else dialogue.answers(chunks.join(''))
          expect(on.table.used(dialogue.slot)).toBe(true)
        }),
        { numRuns: Number(process.env.BAUTA_RUNS ?? 60) },
      )
    },
  )
})

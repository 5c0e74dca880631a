import { argon2Sync, randomBytes } from 'node:crypto'
import { INTERNET_BY_SYSTEM, type Internet } from '@bauta/config'
import { beforeEach, describe, expect, test } from 'vitest'
import { dialSession } from './dial-session.ts'
import { Dialers, proofOf } from './dialers.ts'
import { derivePassword } from './password-hash.ts'

function phc(password: string): string {
  const nonce = randomBytes(16)
  const cost = { memory: 1024, passes: 1, parallelism: 1, tagLength: 32 }
  const hash = argon2Sync('argon2id', { message: Buffer.from(password), nonce, ...cost })
  const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')
  return `$argon2id$v=19$m=1024,t=1,p=1$${base64(nonce)}$${base64(hash)}`
}
const settings: Internet = {
  ...INTERNET_BY_SYSTEM,
  dialers: [
    { name: 'anna', passwordHash: phc('correct horse'), connections: ['Internet'] },
    { name: 'ben', passwordHash: phc('battery staple'), connections: [] },
  ],
}

let clock: number
let dialers: Dialers
beforeEach(() => {
  clock = 1_000_000
  dialers = new Dialers(
    () => settings,
    () => clock,
  )
})

describe('a dialer', () => {
  test('is known by name and password, and by nothing else', async () => {
    expect((await dialers.login('anna', 'correct horse'))?.connections).toEqual(['Internet'])
    expect(await dialers.login('anna', 'battery staple')).toBe(null)
    expect(await dialers.login('nobody', 'correct horse')).toBe(null)
    expect([dialers.mayDial('anna', 'Internet'), dialers.mayDial('ben', 'Internet')]).toEqual([true, false])
  })

  test('waits after five wrong passwords, longer each time, and not for ever', async () => {
    const waits: number[] = []
    for (let i = 0; i < 13; i++) {
      await dialers.login('anna', 'guess')
      waits.push(dialers.waitOf('anna') / 1000)
      // even the right one does not help while it waits
      if (dialers.waitOf('anna') > 0) expect(await dialers.login('anna', 'correct horse')).toBe(null)
      clock += dialers.waitOf('anna')
    }
    expect(waits).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60])
    expect(dialers.waitOf('ben')).toBe(0)
    expect(await dialers.login('anna', 'correct horse')).not.toBe(null)
    await dialers.login('anna', 'guess')
    expect(dialers.waitOf('anna')).toBe(0)
  })

  test('waits all the same when somebody tries very many other names meanwhile', () => {
    const guess = (name: string) => dialers.prove(name, 'nonce', Buffer.alloc(32))
    for (let i = 0; i < 5; i++) guess('anna')
    expect(dialers.waitOf('anna')).toBe(1000)
    for (let i = 0; i < 1000; i++) guess(`made-up-${i}`)
    expect(dialers.waitOf('anna')).toBe(1000)
  })

  test('that does not exist looks like one that does', () => {
    const { salt, memory } = dialers.challenge('nobody')
    expect([salt.length, memory]).toEqual([16, 47_104])
    expect(dialers.challenge('nobody').salt.equals(salt)).toBe(true)
    expect(dialers.challenge('somebody').salt.equals(salt)).toBe(false)
  })
})

describe('the line protocol', () => {
  const pressed: string[] = []
  const open = (nonce?: string) =>
    dialSession(
      {
        dialers,
        status: () => ({
          use: 'Internet',
          connections: [
            {
              name: 'Internet',
              kind: 'pppoe',
              when: 'manual',
              inUse: true,
              state: 'failed',
              since: 0,
              device: 'ppp0',
              port: 'wan0',
              address: null,
              gateway: null,
              mtu: null,
              dnsServers: [],
              lease: null,
              session: null,
              problem: 'refused\n.\nby the provider',
              attempts: 1,
              nextAttemptAt: null,
              rate: { down: 1000.4, up: 2 },
              bytes: { down: 5, up: 6 },
            },
          ],
          events: [{ at: 0, who: 'box', connection: 'Internet', text: 'up after 2.0 s' }],
        }),
        dial: async (connection, who) => void pressed.push(`${who} dials ${connection}`),
        hangUp: async () => {
          throw new Error('the operating system does that')
        },
        note: (who, text) => void pressed.push(`${who} ${text}`),
      },
      nonce,
    )
  const say = async (session: ReturnType<typeof open>, text: string) => (await session.line(text)).answer

  const login = async (session: ReturnType<typeof open>, name: string, password: string) => {
    const challenge = await say(session, `LOGIN ${name}`)
    const [, m, t, p, salt, nonce] = /m=(\d+) t=(\d+) p=(\d+) salt=(\S+) nonce=(\S+)$/.exec(challenge)!
    const hash = await derivePassword(password, {
      memory: Number(m),
      passes: Number(t),
      parallelism: Number(p),
      salt: Buffer.from(salt!, 'base64'),
    })
    return say(session, `PROOF ${proofOf(hash, name, nonce!).toString('base64')}`)
  }
  beforeEach(() => pressed.splice(0))

  test('tells nothing before somebody logged in', async () => {
    const session = open()
    for (const command of ['LIST', 'STATUS', 'LOAD', 'LOG', 'DIAL Internet', 'HANGUP Internet', 'nonsense'])
      expect(await say(session, command)).toBe('-ERR log in first: LOGIN, then PROOF')
    expect(await say(session, 'HELLO')).toBe('+OK Bauta dial 1')
  })

  test('from login to dialled', async () => {
    const session = open()
    expect(await login(session, 'anna', 'correct horse')).toBe('+OK anna may dial: Internet')
    expect(await say(session, 'LIST')).toBe('+OK connections\npppoe failed in-use dial Internet\n.')
    expect(await say(session, 'STATUS')).toBe(
      '+OK Internet\nstate failed\nsince 1970-01-01T00:00:00.000Z\nproblem refused . by the provider\nbytes down=5 up=6\n.',
    )
    expect(await say(session, 'load')).toBe('+OK down=1000 up=2 bit/s')
    expect(await say(session, 'DIAL Internet')).toBe('+OK Internet is dialled')
    expect(await say(session, 'HANGUP Internet')).toBe('-ERR the operating system does that')
    expect(await say(session, 'LOG')).toBe(
      '+OK what happened, newest first\n1970-01-01T00:00:00.000Z box Internet: up after 2.0 s\n.',
    )
    expect(pressed).toEqual(['anna logged in', 'anna dials Internet'])
    expect(await session.line('QUIT')).toEqual({ answer: '+OK bye', bye: true })
  })

  test('who may only look cannot press', async () => {
    const session = open()
    expect(await login(session, 'ben', 'battery staple')).toBe('+OK ben may dial: nothing, only look')
    expect(await say(session, 'LIST')).toContain('in-use look Internet')
    expect(await say(session, 'DIAL Internet')).toMatch(/^-ERR ben may not press/)
    expect(pressed).toEqual(['ben logged in'])
  })

  test('a proof is good for one connection of one client only', async () => {
    const first = open('nonce-one')
    const nonceProof = async (session: ReturnType<typeof open>, nonce: string) => {
      await say(session, 'LOGIN anna')
      const hash = await derivePassword('correct horse', dialers.challenge('anna'))
      return say(session, `PROOF ${proofOf(hash, 'anna', nonce).toString('base64')}`)
    }
    expect(await nonceProof(first, 'nonce-one')).toMatch(/^\+OK/)
    expect(await nonceProof(open('nonce-two'), 'nonce-one')).toBe('-ERR the name or the password is wrong')
    expect(pressed).toContain('anna gave a wrong password')
  })

  test('who only guesses is hung up on', async () => {
    const session = open()
    let bye = false
    let lines = 0
    for (; !bye && lines < 50; lines++)
      bye = (await session.line(lines % 2 ? 'PROOF AAAA' : 'LOGIN anna')).bye
    expect(lines).toBe(20)
  })
})

import { spawn } from 'node:child_process'
import { closeSync, constants, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { renderAccounts } from './accounts-file.ts'
import { isSlip, realSlip, renderSettings, type SlipWish } from './slip-answering.ts'

const WISH: SlipWish = {
  place: 3,
  line: {
    protocol: 'slip-adaptive',
    device: '/dev/ttyS0',
    speed: 38_400,
    kind: 'modem',
    init: 'ATS0=1',
    address: '192.168.77.50',
  },
  pap: false,
  own: '192.168.77.1',
}
const PATHS = {
  folder: '/run/bauta/dialin/3',
  accounts: '/run/a.json',
  node: '/usr/bin/node',
  login: '/login',
}

describe('what slip-line.sh is told', () => {
  it('at a modem, as a golden text', () => {
    expect(renderSettings(WISH, PATHS).join('\n')).toBe(`\
DEVICE=/dev/ttyS0
SPEED=38400
CHAT=/run/bauta/dialin/3/chat
NODE=/usr/bin/node
LOGIN=/login
ACCOUNTS=/run/a.json
BEGIN=SLIP session from 192.168.77.1 to 192.168.77.50 beginning...
MODE=adaptive
INTERFACE=dialin3
OWN=192.168.77.1
PEER=192.168.77.50
MTU=1006
SESSION=/run/bauta/dialin/3/session`)
  })

  it.each([
    ['slip', 'MODE=slip'],
    ['cslip', 'MODE=cslip'],
  ] as const)('over a cable nobody is asked: %s', (protocol, mode) => {
    const settings = renderSettings({ ...WISH, line: { ...WISH.line, protocol, kind: 'direct' } }, PATHS)
    expect(settings).toEqual(expect.arrayContaining(['CHAT=', mode]))
  })

  it('is a command whose words need no shell', () => {
    expect(realSlip(['A=b c'])).toEqual(['env', 'A=b c', 'sh', expect.stringMatching(/\/slip-line\.sh$/)])
  })

  it('is for lines of SLIP', () => {
    expect(isSlip(WISH)).toBe(true)
    expect(isSlip({ ...WISH, line: { ...WISH.line, protocol: 'ppp' } })).toBe(false)
  })
})

/** The program that asks, on a pseudo terminal in the place of a line. */
describe('slip-login-main.ts', () => {
  let folder: string
  let line: string
  let caller: ReturnType<typeof spawn>
  let heard: string
  let held: number
  const say = (text: string) => caller.stdin!.write(text, 'latin1')
  const hears = (text: string) => expect.poll(() => heard, { timeout: 5000 }).toContain(text)

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bauta-slip-'))
    line = join(folder, 'line')
    heard = ''
    caller = spawn('socat', [`PTY,link=${line},raw,echo=0`, 'STDIO'])
    caller.stdout!.on('data', (text) => {
      heard += text
    })
    await expect.poll(() => existsSync(line)).toBe(true)
    held = openSync(line, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK)
    writeFileSync(join(folder, 'accounts'), renderAccounts([{ name: 'anna', password: 'p w' }]))
  })
  afterEach(() => {
    caller.kill()
    rmSync(folder, { recursive: true })
  })

  function asks() {
    const program = join(import.meta.dirname, 'slip-login-main.ts')
    const child = spawn(process.execPath, [program, line, join(folder, 'accounts'), 'SLIP begins'])
    const said = { out: '', log: '' }
    child.stdout.on('data', (text) => {
      said.out += text
    })
    child.stderr.on('data', (text) => {
      said.log += text
    })
    return new Promise<{ code: number | null; out: string; log: string }>((resolve) =>
      child.once('close', (code) => resolve({ code, ...said })),
    )
  }

  it('lets in whoever knows the password, and says who it is', async () => {
    const ended = asks()
    // what is left of the modem's CONNECT
    say(' 33600\r\n')
    await hears('login: ')
    say('anna\r')
    await hears('Password: ')
    say('wrong\r')
    await hears('Login incorrect')
    // too early: nobody listens in the pause
    say('anna\rp w\r')
    await expect.poll(() => heard.split('login: ').length, { timeout: 8000 }).toBe(3)
    say('anna\r')
    await expect.poll(() => heard.split('Password: ').length).toBe(3)
    say('p w\r')
    await hears('SLIP begins')
    expect(await ended).toEqual({
      code: 0,
      out: 'anna\n',
      log: 'login: wrong password: anna\nlogin: let in: anna\n',
    })
    expect(heard).not.toContain('p w')
    closeSync(held)
  }, 20_000)

  it('ends where the line is hung up', async () => {
    const ended = asks()
    await hears('login: ')
    closeSync(held)
    caller.kill()
    expect(await ended).toEqual({ code: 1, out: '', log: 'login: the line is gone\n' })
  }, 20_000)
})

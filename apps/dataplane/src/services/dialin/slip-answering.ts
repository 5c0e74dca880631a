/** Answering by SLIP: slip-line.sh, which lets slattach begin it, and lets slip-login-main.ts ask who calls before. */
import { join } from 'node:path'
import { type DialinProtocol, dialinDevice } from '@bauta/config'
import { asset, entry } from '../../here.ts'
import type { Answering } from './answering.ts'
import { sessionOf } from './line.ts'
import { type DialinWish, renderChat } from './pppd-config.ts'
import { endOfSlip, stateOfSlip } from './slip-words.ts'

const SCRIPT = asset('services/dialin/slip-line.sh')
const LOGIN = entry('services/dialin/slip-login-main')
/** RFC 1055: what Berkeley's had, and what others were made to take. The kernel takes twice as much from a caller. */
const MTU = 1006
/** slattach(8), -p */
const MODES: Record<Exclude<DialinProtocol, 'ppp'>, string> = {
  slip: 'slip',
  cslip: 'cslip',
  'slip-adaptive': 'adaptive',
}

export type SlipWish = DialinWish & { line: { protocol: keyof typeof MODES } }

export const isSlip = (wish: DialinWish): wish is SlipWish => wish.line.protocol !== 'ppp'

/** @returns a command line for a line, from its settings in the environment */
export type SlipCommand = (settings: readonly string[]) => readonly [string, ...string[]]

export const realSlip: SlipCommand = (settings) => ['env', ...settings, 'sh', SCRIPT]

/** @param folder of the line @param accounts the file where the accounts stand */
export function slipAnswering(
  wish: SlipWish,
  folder: string,
  accounts: string,
  slip: SlipCommand,
): Answering {
  const chat = renderChat(wish.line)
  return {
    daemon: 'slip',
    command: slip(renderSettings(wish, { folder, accounts, node: process.execPath, login: LOGIN })),
    files: chat === null ? {} : { chat },
    stateOf: (log) => stateOfSlip(log, wish.line),
    endOf: endOfSlip,
  }
}

interface SlipPaths {
  folder: string
  accounts: string
  node: string
  login: string
}

/** No password is among them: who may look at processes sees these. */
export function renderSettings({ place, line, own }: SlipWish, paths: SlipPaths): string[] {
  const { device, speed, protocol, kind, address } = line
  return Object.entries({
    DEVICE: device,
    SPEED: speed,
    CHAT: kind === 'modem' ? join(paths.folder, 'chat') : '',
    NODE: paths.node,
    LOGIN: paths.login,
    ACCOUNTS: paths.accounts,
    BEGIN: `SLIP session from ${own} to ${address} beginning...`,
    MODE: MODES[protocol],
    INTERFACE: dialinDevice(place),
    OWN: own,
    PEER: address,
    MTU,
    SESSION: sessionOf(paths.folder),
  }).map(([name, value]) => `${name}=${value}`)
}

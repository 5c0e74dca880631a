/** Answering by PPP: pppd does all of it, and tells who is on by its script. */
import { readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { asset } from '../../here.ts'
import type { Answering } from './answering.ts'
import { endOfCall, stateOf } from './call-words.ts'
import { sessionOf } from './line.ts'
import { type DialinWish, renderChat, renderOptions } from './pppd-config.ts'

const HOOK = asset('services/internet/ppp-hook.sh')
const PRIVATE_ETC = asset('services/dialin/private-etc.sh')

/** @returns the command line of pppd. @param etc what it sees as /etc/ppp @param options its file */
export type PppdCommand = (etc: string, options: string) => readonly [string, ...string[]]

/**
 * In a mount namespace of its own; on the appliance, whose dataplane may make none, the system's secrets are links that lead to ours
 * (docker/image/rootfs.ts).
 * @param system the system's secrets
 */
export const realPppd = (etc: string, options: string, system = '/etc/ppp/chap-secrets') =>
  leadsTo(system) === join(etc, 'chap-secrets')
    ? (['pppd', 'file', options] as const)
    : (['unshare', '--mount', '--propagation', 'private', 'sh', PRIVATE_ETC, etc, options] as const)

function leadsTo(link: string): string | null {
  try {
    return readlinkSync(link)
  } catch {
    return null
  }
}

/** @param folder of the line @param etc what pppd sees as /etc/ppp */
export function pppAnswering(wish: DialinWish, folder: string, etc: string, pppd: PppdCommand): Answering {
  const paths = { hook: HOOK, session: sessionOf(folder), chat: join(folder, 'chat') }
  const chat = renderChat(wish.line)
  return {
    daemon: 'pppd',
    command: pppd(etc, join(folder, 'options')),
    files: { options: renderOptions(wish, paths), ...(chat === null ? {} : { chat }) },
    stateOf: (log) => stateOf(log, wish.line),
    endOf: endOfCall,
  }
}

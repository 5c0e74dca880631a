/** Changes of the port forwarding, in words. */
import { compareLists, listWords, same } from './describe-words.ts'
import {
  type Forward,
  type Forwards,
  type MarkedForward,
  portWords,
  type Trigger,
  targetWords,
} from './forwards.ts'

export function describeForwards(old: Forwards, next: Forwards): string[] {
  const found = [
    ...compareLists(old.list, next.list, ({ id }) => String(id), {
      added: (entry) => `Forward added: ${forwardWords(entry)}${entry.enabled ? '' : ' (switched off)'}`,
      removed: (entry) => `Forward removed: ${forwardWords(entry)}`,
      changed: describeForward,
      order: 'Order of the forwards changed',
    }),
    ...compareLists(old.triggers, next.triggers, ({ id }) => String(id), {
      added: (entry) => `Trigger added: ${triggerWords(entry)}`,
      removed: (entry) => `Trigger removed: ${triggerWords(entry)}`,
      changed: (before, after) => [
        same({ ...before, enabled: after.enabled }, after)
          ? `Trigger switched ${after.enabled ? 'on' : 'off'}: ${triggerWords(after)}`
          : `Trigger changed: ${triggerWords(before)} → ${triggerWords(after)}`,
      ],
      order: 'Order of the triggers changed',
    }),
    ...compareLists(old.marks, next.marks, ({ id }) => String(id), {
      added: (entry) => `Forward by mark added: ${markWords(entry)}`,
      removed: (entry) => `Forward by mark removed: ${markWords(entry)}`,
      changed: (before, after) => [
        same({ ...before, enabled: after.enabled }, after)
          ? `Forward by mark switched ${after.enabled ? 'on' : 'off'}: ${markWords(after)}`
          : `Forward by mark changed: ${markWords(before)} → ${markWords(after)}`,
      ],
      order: 'Order of the forwards by mark changed',
    }),
  ]
  if (!same(old.consoles, next.consoles))
    found.push(
      `Machines open to everybody they have sent from: ${listWords(old.consoles, 'none')} → ${listWords(next.consoles, 'none')}`,
    )
  return found
}

function describeForward(before: Forward, after: Forward): string[] {
  const found: string[] = []
  const name = forwardWords(after)
  if (before.enabled !== after.enabled)
    found.push(`Forward switched ${after.enabled ? 'on' : 'off'}: ${name}`)
  if (forwardWords(before) !== name) found.push(`Forward changed: ${forwardWords(before)} → ${name}`)
  const turns = (forward: Forward) => forward.targets.map((target) => target.turns)
  if (same(addresses(before), addresses(after)) && !same(turns(before), turns(after)))
    found.push(`Forward ${name}: turns ${turns(before).join(', ')} → ${turns(after).join(', ')}`)
  if (before.comment !== after.comment)
    found.push(`Forward ${name}: note “${before.comment}” → “${after.comment}”`)
  return found
}

const addresses = ({ targets }: Forward) => targets.map(({ address }) => address)

/** @returns `TCP port 80 to 192.168.77.20`, with who may come where that is not everybody */
export function forwardWords(forward: Forward): string {
  const from = forward.source === null ? '' : ` for ${forward.source}`
  return `${portWords(forward)} to ${targetWords(forward)}${from}`
}

/** @returns `TCP port 7070 opens UDP ports 6970–7170 for whom it asked` */
export function triggerWords({ control, opens, anyServer }: Trigger): string {
  const range = opens.from === opens.to ? `port ${opens.from}` : `ports ${opens.from}–${opens.to}`
  const who = anyServer ? 'everybody' : 'whom it asked'
  return `${control.protocol.toUpperCase()} port ${control.port} opens ${opens.protocol.toUpperCase()} ${range} for ${who}`
}

/** @returns `mark 7 to 192.168.77.20 port 8080` */
export const markWords = ({ mark, targets, targetPort }: MarkedForward): string =>
  `mark ${mark} to ${targetWords({ targets, targetPort, ports: null })}`

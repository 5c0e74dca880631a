import type { Ports } from '@bauta/config'
import type { Action } from './action.ts'

function downText({ linkDown, dynaddr }: Ports): string {
  if (linkDown === 'forget') return 'when the line goes down its connections end at once'
  if (linkDown === 'wait') return 'when the line goes down its connections wait for the address to come back'
  const follow = dynaddr ? ', and what has no answer yet follows a new address' : ''
  return `when the line goes down its connections stay until they time out${follow}`
}

function rereadText({ rereadUp, rereadDown }: Ports): string {
  if (!rereadUp && !rereadDown) return 'rules follow the line without being read again'
  const when = rereadUp && rereadDown ? 'comes up or goes down' : rereadUp ? 'comes up' : 'goes down'
  return `rules are read again when the line ${when}`
}

/** Connections keep the port they have; new ones get theirs from the new range. */
export function portActions(old: Ports, next: Ports): Action[] {
  const actions: Action[] = []
  if (old.from !== next.from || old.to !== next.to)
    actions.push({
      noun: 'ports',
      text: `new connections get ports ${next.from} to ${next.to} instead of ${old.from} to ${old.to}`,
    })
  if (old.counting !== next.counting)
    actions.push({
      noun: 'ports',
      text:
        next.counting === 'classic'
          ? 'ports are taken and counted as Linux 2.2 did'
          : 'ports are taken at random and counted exactly',
    })
  if (old.looseUdp !== next.looseUdp)
    actions.push({
      noun: 'ports',
      text: next.looseUdp
        ? 'new UDP connections are loose: everybody may send to a port that is in use'
        : 'only who was asked may answer new UDP connections',
    })
  if (old.perMachine !== next.perMachine)
    actions.push({
      noun: 'ports',
      text:
        next.perMachine === 0
          ? 'a machine may have as many connections as it likes'
          : `a machine may have ${next.perMachine} connections at a time; what is beyond that goes on`,
    })
  if (old.perSecond !== next.perSecond)
    actions.push({
      noun: 'ports',
      text:
        next.perSecond === 0
          ? 'a machine may open as many connections in a second as it likes'
          : `a machine may open ${next.perSecond} connections a second; what is beyond that is dropped`,
    })
  if (old.linkDown !== next.linkDown || old.dynaddr !== next.dynaddr)
    actions.push({ noun: 'ports', text: downText(next) })
  if (old.rereadUp !== next.rereadUp || old.rereadDown !== next.rereadDown)
    actions.push({ noun: 'ports', text: rereadText(next) })
  return actions
}

/**
 * What a dialect cannot carry out. It is refused when it is saved, instead of standing in the settings and doing nothing.
 *
 * Forwards and what belongs to them are stations of the classic path; netfilter says the same with rules of its own (DNAT). The
 * classic REDIRECT is understood, shown and traced, but the path cannot turn a packet to the box itself.
 */
import type { Fault, Snapshot } from './snapshot.ts'

export function dialectFaults(snapshot: Snapshot): Fault[] {
  return snapshot.rules.dialect === 'classic' ? redirects(snapshot) : uncarried(snapshot)
}

function redirects({ rules }: Snapshot): Fault[] {
  return rules.chains.flatMap((chain, c) =>
    chain.rules.flatMap(({ enabled, target }, r): Fault[] =>
      enabled && target && 'verdict' in target && target.verdict === 'REDIRECT'
        ? [
            {
              path: ['rules', 'chains', c, 'rules', r, 'target'],
              message:
                'REDIRECT is not carried out in the classic dialect; netfilter’s nat table has one that is, or switch the rule off',
            },
          ]
        : [],
    ),
  )
}

function uncarried({ forwards }: Snapshot): Fault[] {
  const message =
    'port forwarding is carried by the classic dialect only; under netfilter a DNAT rule in nat PREROUTING does it, with one in FORWARD that lets it in. Switch this off first'
  const on = (path: 'list' | 'triggers') =>
    forwards[path].flatMap(({ enabled }, i): Fault[] =>
      enabled ? [{ path: ['forwards', path, i, 'enabled'], message }] : [],
    )
  const consoles = forwards.consoles.map((_, i): Fault => ({ path: ['forwards', 'consoles', i], message }))
  return [...on('list'), ...on('triggers'), ...consoles]
}

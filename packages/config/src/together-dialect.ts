/** What a dialect cannot carry out. It is refused when it is saved, instead of standing in the settings and doing nothing. */
import type { Fault, Snapshot } from './snapshot.ts'

/** What the box says to itself passes no chain, so the answers of a service of its own could not be given the address that was asked. */
export function dialectFaults({ rules }: Snapshot): Fault[] {
  if (rules.dialect === 'classic') return []
  return rules.chains.flatMap((chain, c) =>
    chain.table !== 'nat' || chain.name !== 'OUTPUT'
      ? []
      : chain.rules.flatMap(({ enabled, target }, r): Fault[] =>
          enabled && target && 'verdict' in target && target.verdict === 'REDIRECT'
            ? [
                {
                  path: ['rules', 'chains', c, 'rules', r, 'target'],
                  message:
                    'REDIRECT is carried out for what comes in (nat PREROUTING), not for what the box sends itself; have the program ask the service directly, or switch the rule off',
                },
              ]
            : [],
        ),
  )
}

/** Everything that going from one snapshot to another means, noun by noun. */
import { describeNoun, type Snapshot } from '@bauta/config'
import type { Action } from './action.ts'
import { dnsActions } from './dns.ts'
import { helperActions } from './helpers.ts'
import { interfaceActions } from './interfaces.ts'
import { portActions } from './ports.ts'
import { ruleActions } from './rules.ts'
import { timeoutActions } from './timeouts.ts'

export function actionsBetween(old: Snapshot, next: Snapshot): Action[] {
  return [
    ...interfaceActions(old.interfaces, next.interfaces),
    ...ruleActions(old.rules, next.rules),
    ...timeoutActions(old.timeouts, next.timeouts),
    ...portActions(old.ports, next.ports),
    ...helperActions(old.helpers, next.helpers),
    ...dnsActions(old.dns, next.dns),
    ...SAID_AS_CHANGED.flatMap((noun) =>
      describeNoun(noun, old[noun], next[noun]).map((text): Action => ({ noun, text })),
    ),
  ]
}

/** Nouns whose change in words is what happens. */
const SAID_AS_CHANGED = [
  'forwards',
  'offload',
  'shaping',
  'internet',
  'lan',
  'dhcp',
  'dialin',
  'time',
  'access',
] as const

'use client'

import { switchDialect } from '@bauta/chains'
import type { Rules } from '@bauta/config'
import { useMemo } from 'react'
import { Button, Dialog, DialogActions } from '../../../ui/index.ts'
import { nextNewId } from './draft-operations.ts'

interface DialectDialogProps {
  rules: Rules
  onClose: () => void
  onKeep: (rules: Rules) => void
}

const WHAT = {
  classic: {
    other: 'netfilter',
    now: 'These rules are in the classic dialect, that of Linux 2.2 and ipchains: every forwarded packet meets input, forward and output, and MASQ is a target of forward.',
    after:
      'In the netfilter dialect, that of iptables, a forwarded packet meets FORWARD only, addresses are translated in a table of their own, and rules may ask for states, limits, marks, MAC addresses and lists of ports.',
  },
  netfilter: {
    other: 'classic',
    now: 'These rules are in the netfilter dialect, that of iptables: filter, nat and mangle are tables of their own, and a forwarded packet meets FORWARD only.',
    after:
      'In the classic dialect, that of Linux 2.2 and ipchains, every forwarded packet meets input, forward and output, and there are no tables, states, limits or marks to match.',
  },
} as const

/** What the rules would be in the other dialect, and what that changes: before anything is changed. */
export function DialectDialog({ rules, onClose, onKeep }: DialectDialogProps) {
  const { other, now, after } = WHAT[rules.dialect]
  const { rules: next, notes } = useMemo(() => {
    let id = nextNewId(rules)
    return switchDialect(rules, () => id--)
  }, [rules])
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Switch to the ${other} dialect`}
      description={`${now} ${after} The two do not live together; all rules are translated.`}
    >
      <div className="mt-3 max-h-72 overflow-y-auto rounded-control border border-line bg-sunken px-3 py-2">
        <p className="font-medium">What changes its meaning, or cannot be carried over:</p>
        <ul className="mt-1 grid gap-1.5">
          {notes.map(({ chain, rule, text }) => (
            <li key={`${chain} ${rule} ${text}`}>
              {chain && (
                <code className="block font-mono text-xs break-words text-mute">
                  {chain} {rule}
                </code>
              )}
              {text}
            </li>
          ))}
        </ul>
      </div>
      <p className="mt-2 text-mute">
        The translation goes into the draft: look it over, then apply it at the top of the page.
      </p>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" onClick={() => onKeep(next)}>
          Translate the draft
        </Button>
      </DialogActions>
    </Dialog>
  )
}

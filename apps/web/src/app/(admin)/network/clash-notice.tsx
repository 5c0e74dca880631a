'use client'

import type { LanStatus } from '@bauta/control/schemas'
import type { DraftOf } from '../../../forms/use-draft.ts'
import { Button, Notice } from '../../../ui/index.ts'
import { splitProposal } from './lan-words.ts'

/** The provider uses the very network of the house: machines here would never reach those there. One press mends it. */
export function ClashNotice({ draft, live }: { draft: DraftOf<'lan'>; live: LanStatus | undefined }) {
  const clash = live?.clash
  const { value } = draft
  if (!clash || !value) return null
  const proposal = splitProposal(clash.proposal)
  const taken = proposal && value.address === proposal.address && value.bits === proposal.bits
  return (
    <Notice
      tone="warn"
      live
      className="mb-4"
      title={`The home network and the provider’s are the same: ${clash.wan}`}
      action={
        proposal && !taken ? (
          <Button onClick={() => draft.set({ ...value, ...proposal })}>
            Move the house to {clash.proposal}
          </Button>
        ) : undefined
      }
    >
      {clash.text}
      {taken && ' The draft above mends it: apply it.'}
    </Notice>
  )
}

'use client'

import { useSession } from '../../../live/session.ts'
import { LinkButton, Notice } from '../../../ui/index.ts'

/** The first run was left for later. */
export function UnfinishedSetup() {
  const setup = useSession().data?.setup
  if (!setup) return null
  return (
    <Notice
      tone="warn"
      title="The first run is not finished"
      className="mb-4"
      action={
        <LinkButton size="small" href="/setup" prefetch={false}>
          Go on with it
        </LinkButton>
      }
    >
      A few questions about the Internet connection and the home network are open.
    </Notice>
  )
}

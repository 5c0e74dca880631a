'use client'

import { Button, EmptyState } from '../../ui/index.ts'

/** A page that broke; the box itself goes on carrying packets. */
export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <EmptyState title="This page failed" action={<Button onClick={reset}>Try again</Button>}>
      The box goes on; only its page stopped, with “{error.message}”. If it stays, load the page again.
    </EmptyState>
  )
}

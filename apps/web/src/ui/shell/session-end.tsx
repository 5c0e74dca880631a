'use client'

import { useKeepAlive, WARN_BEFORE_S } from '../../live/keep-alive.ts'
import { Notice } from '../notice.tsx'

/** One minute before the session ends for want of anybody: any movement keeps it. */
export function SessionEnd() {
  if (!useKeepAlive()) return null
  return (
    <Notice tone="warn" live className="mb-4" title="Are you still there?">
      In {WARN_BEFORE_S} seconds this page asks for the password again. Move the pointer or press a key to
      stay logged in.
    </Notice>
  )
}

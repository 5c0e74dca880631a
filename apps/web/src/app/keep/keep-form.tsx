'use client'

import { useEffect, useRef, useState } from 'react'
import { api, messageOf } from '../../live/api.ts'
import type { Session } from '../../live/session.ts'
import { readKeepLink } from '../../live/waiting.ts'
import { LinkButton, Notice, Skeleton } from '../../ui/index.ts'

type State = { kind: 'asking' } | { kind: 'kept'; next: string } | { kind: 'refused'; why: string }

const NO_LINK = 'This address keeps nothing: open it from the message at the box’s old address.'

/** Keeps the change that led here, by the code in the address, which never leaves the browser but for this. */
export function KeepForm() {
  const [state, setState] = useState<State>({ kind: 'asking' })
  const asked = useRef(false)
  useEffect(() => {
    if (asked.current) return
    asked.current = true
    const link = readKeepLink(window.location.hash)
    window.history.replaceState(null, '', window.location.pathname)
    if (!link) return setState({ kind: 'refused', why: NO_LINK })
    api.post<Session>('/api/confirm/code', link).then(
      // In the middle of the first run the next step waits here.
      ({ setup }) => setState({ kind: 'kept', next: setup && !setup.aside ? '/setup' : '/' }),
      (error) => setState({ kind: 'refused', why: messageOf(error) }),
    )
  }, [])
  if (state.kind === 'asking') return <Skeleton className="h-8 w-full" />
  if (state.kind === 'refused')
    return (
      <Notice tone="warn" live action={<LinkButton href="/">Log in here</LinkButton>}>
        {state.why}
      </Notice>
    )
  return (
    <Notice
      tone="good"
      live
      title="The new address is kept"
      action={<LinkButton href={state.next}>Go on</LinkButton>}
    >
      Machines in the house take it over when they ask for their address the next time; one that does not,
      takes it when its cable or Wi-Fi is switched off and on.
    </Notice>
  )
}

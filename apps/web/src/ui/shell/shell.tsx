'use client'

import { useRouter } from 'next/navigation'
import { type ReactNode, useEffect, useRef } from 'react'
import { loginPath } from '../../live/safe-next.ts'
import { useSession } from '../../live/session.ts'
import { BottomBar } from './bottom-bar.tsx'
import { ConfirmBanner } from './confirm-banner.tsx'
import { Keys } from './keys.tsx'
import { SessionEnd } from './session-end.tsx'
import { SideNav } from './side-nav.tsx'
import { Silence } from './silence.tsx'
import { StatusStrip } from './status-strip.tsx'
import { useTheme } from './theme.ts'

/** Who may not be here is sent to the door, and comes back to this very address afterwards. */
function useDoor(): void {
  const { data: session } = useSession()
  const router = useRouter()
  const wasIn = useRef(false)
  const state = session?.state
  useEffect(() => {
    if (state === 'in') wasIn.current = true
    if (state === 'unclaimed') router.replace('/setup')
    if (state !== 'anonymous') return
    const here = window.location.pathname + window.location.search
    router.replace(loginPath(here, wasIn.current ? 'ended' : undefined))
  }, [state, router])
}

/** Everything around a page: navigation, the status strip, keys. */
export function Shell({ children }: { children: ReactNode }) {
  useDoor()
  // Also while no menu is open: another window may choose other colours.
  useTheme()
  return (
    <>
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-control bg-ink px-3 py-1.5 font-medium text-paper focus:translate-y-0"
      >
        Skip to the content
      </a>
      <div className="grid min-h-dvh md:grid-cols-[12rem_minmax(0,1fr)]">
        <SideNav />
        <div className="min-w-0 px-4 pb-24 md:px-7 md:pb-10">
          <div className="mx-auto max-w-[100rem]">
            <StatusStrip />
            <Silence />
            <ConfirmBanner />
            <SessionEnd />
            <main id="main" tabIndex={-1} className="outline-none">
              {children}
            </main>
          </div>
        </div>
      </div>
      <BottomBar />
      <Keys />
    </>
  )
}

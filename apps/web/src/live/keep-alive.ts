'use client'

/**
 * A session rests as long as nobody is there, and ends after `idleSeconds` of that; streams and pages that look by
 * themselves do not count. Somebody is there when a key is pressed or the pointer moves, in any tab: that is told to the
 * box, at most once a minute. Shortly before the end a warning is raised; any movement takes it away.
 */
import { useEffect, useState } from 'react'
import { api } from './api.ts'
import { useSession } from './session.ts'

const TELL_EVERY_MS = 60_000
export const WARN_BEFORE_S = 60
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const

/** @returns whether the session is about to end */
export function useKeepAlive(): boolean {
  const { data: session } = useSession()
  const [ending, setEnding] = useState(false)
  const idleSeconds = session?.state === 'in' ? session.idleSeconds : 0

  useEffect(() => {
    if (idleSeconds === 0) return
    const otherTabs = 'BroadcastChannel' in window ? new BroadcastChannel('bauta.alive') : null
    const warnAfter = Math.max(0, idleSeconds - WARN_BEFORE_S) * 1000
    let toldAt = Date.now()
    let warning = setTimeout(() => setEnding(true), warnAfter)

    const alive = () => {
      toldAt = Date.now()
      setEnding(false)
      clearTimeout(warning)
      warning = setTimeout(() => setEnding(true), warnAfter)
    }
    const onSign = () => {
      if (Date.now() - toldAt < TELL_EVERY_MS) return
      alive()
      otherTabs?.postMessage('alive')
      // Where the session is over already, the answer says so and the shell reacts.
      api.post('/api/session').catch(() => {})
    }
    otherTabs?.addEventListener('message', alive)
    for (const sign of SIGNS) window.addEventListener(sign, onSign, { passive: true })
    return () => {
      clearTimeout(warning)
      otherTabs?.close()
      for (const sign of SIGNS) window.removeEventListener(sign, onSign)
    }
  }, [idleSeconds])
  return ending && idleSeconds > 0
}

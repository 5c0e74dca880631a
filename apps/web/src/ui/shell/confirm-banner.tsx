'use client'

/**
 * A change that waits to be kept, at the top of every page until it is decided: kept, taken back, or gone back by itself. Also while the
 * box does not answer: then this is what tells its maker that nothing is lost.
 */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { ApiError, api, messageOf } from '../../live/api.ts'
import { REVISIONS_KEY, SETTINGS_KEY } from '../../live/settings.ts'
import { useStatus } from '../../live/use-live.ts'
import { keepLink, waiting } from '../../live/waiting.ts'
import { Button } from '../button.tsx'
import { Notice } from '../notice.tsx'
import { Num } from '../num.tsx'

/** Connections from before the change prove nothing; each refused one is closed, so the next is younger. */
const OLD_CONNECTIONS = 12

export function ConfirmBanner() {
  const { data: status, state } = useStatus()
  const mine = useSyncExternalStore(waiting.watch, waiting.read, () => null)
  const client = useQueryClient()
  const [busy, setBusy] = useState<'keep' | 'back' | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const [back, setBack] = useState<number | null>(null)
  const seen = useRef<number | null>(null)
  /** A revision that went back, until the box has written down that it did: the stored settings are those of before only then. */
  const unwritten = useRef<number | null>(null)
  const pending = status?.pending ?? null
  const silent = state === 'silent'

  useEffect(() => {
    if (!status || silent) return
    const { pending: waits, wentBack, revision } = status
    const readAgain = () => {
      void client.invalidateQueries({ queryKey: SETTINGS_KEY })
      void client.invalidateQueries({ queryKey: REVISIONS_KEY })
    }
    if (unwritten.current !== null && revision > unwritten.current) {
      unwritten.current = null
      readAgain()
    }
    if (waits) {
      seen.current = waits.revision
      setBack(null)
      return
    }
    const before = seen.current ?? mine?.revision ?? null
    if (before === null) return
    // A report from before the save does not know of it yet.
    if (revision < before && wentBack?.revision !== before) return
    seen.current = null
    if (revision !== before) {
      setBack(before)
      unwritten.current = revision < before ? before : null
    }
    if (mine) waiting.end()
    readAgain()
  }, [status, silent, mine, client])

  const decide = async (revision: number, keep: boolean) => {
    setBusy(keep ? 'keep' : 'back')
    setFault(null)
    try {
      await answer(revision, keep)
      // The status tells the rest; it may come a second later.
    } catch (error) {
      setFault(messageOf(error))
    } finally {
      setBusy(null)
    }
  }

  if (!pending && !(silent && mine)) {
    if (back === null) return null
    return (
      <Notice
        tone="warn"
        live
        className="mb-4"
        title={`Revision ${back} went back by itself`}
        action={
          <Button size="small" onClick={() => setBack(null)}>
            All right
          </Button>
        }
      >
        It was not kept in time, so the settings from before are in force again. Nothing else was lost.
      </Notice>
    )
  }
  const revision = pending?.revision ?? mine!.revision
  const own = mine?.revision === revision ? mine : null
  const endsAt = own?.endsAt ?? Date.now() + (pending!.until - status!.now)
  return (
    <div className="sticky top-0 z-40 mb-4 bg-paper py-2">
      <Notice
        tone="warn"
        live
        title={
          <>
            Keep revision {revision}? It goes back by itself in <Left endsAt={endsAt} />
          </>
        }
        action={
          silent ? undefined : (
            <div className="flex flex-wrap gap-2">
              <Button busy={busy === 'back'} onClick={() => void decide(revision, false)}>
                Go back now
              </Button>
              {own?.at ? (
                <a
                  href={keepLink(own, window.location.port)}
                  className="inline-flex h-8 items-center rounded-control bg-ink px-3 font-medium whitespace-nowrap text-paper no-underline hover:bg-ink/85 max-sm:h-11"
                >
                  Open the box at {own.at}
                </a>
              ) : (
                <Button kind="primary" busy={busy === 'keep'} onClick={() => void decide(revision, true)}>
                  Keep it
                </Button>
              )}
            </div>
          )
        }
      >
        {silent
          ? 'The box does not answer this browser. If the change is to blame, wait: the settings from before come back by themselves, and so does this page.'
          : own?.at
            ? 'The box has a new address in the house. Open it there: that shows that it can be reached, and keeps the change.'
            : 'This page still reaches the box. If all is well, keep it; if you do nothing, the settings from before come back.'}
        {fault && <p className="mt-1 font-medium text-bad">{fault}</p>}
      </Notice>
    </div>
  )
}

async function answer(revision: number, keep: boolean): Promise<void> {
  for (let i = 0; i < OLD_CONNECTIONS; i++) {
    const { again } = await api.post<{ again?: boolean }>('/api/confirm', { revision, keep })
    if (!again) return
  }
  throw new ApiError(
    0,
    'The box is reached only over connections from before the change; load this page anew, then keep it.',
  )
}

/** Counts down once a second, by this browser's clock. */
function Left({ endsAt }: { endsAt: number }) {
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 500)
    return () => clearInterval(timer)
  }, [])
  const seconds = Math.max(0, Math.ceil((endsAt - Date.now()) / 1000))
  return <Num>{seconds} s</Num>
}

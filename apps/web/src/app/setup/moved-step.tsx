'use client'

import type { Lan } from '@bauta/config'
import type { Pending, Status } from '@bauta/control/schemas'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api } from '../../live/api.ts'
import { keepLink, waiting } from '../../live/waiting.ts'
import { Num } from '../../ui/num.tsx'
import { StepFrame } from './step-frame.tsx'

/** Long enough to pull a cable, to wait for a new address, and to log in. */
const CONFIRM_S = 180
const LOOK_EVERY_MS = 2000

export interface Move {
  revision: number
  address: string
  /** Keeps the new address, and logs in there. */
  link: string
}

/** Moves the home network, for as long as nobody says that he reached the box there. */
export async function moveTo(lan: Lan): Promise<Move> {
  const { revision } = await api.get<{ revision: { number: number } }>('/api/settings')
  const saved = await api.put<{ pending: Pending; at: string | null; code: string }>('/api/settings/lan', {
    base: revision.number,
    value: lan,
    confirm: CONFIRM_S,
  })
  waiting.begin({ ...saved.pending, at: saved.at, code: saved.code })
  const link = keepLink(waiting.read()!, window.location.port)
  return { revision: saved.pending.revision, address: lan.address, link }
}

/** The box answers at both addresses until one of them is kept. */
export function MovedStep({ move, onBack }: { move: Move; onBack: () => void }) {
  const { data } = useQuery({
    queryKey: ['status', move.link],
    queryFn: () => api.get<Status>('/api/status'),
    refetchInterval: LOOK_EVERY_MS,
    retry: false,
  })
  // In force is another revision than the one that moved: going back made it.
  const wentBack = data !== undefined && data.revision !== move.revision
  useEffect(() => {
    if (!wentBack) return
    waiting.end()
    onBack()
  })
  return (
    <StepFrame
      step={3}
      title="The box moves"
      lead="Open it at its new address: that shows that it can be reached there."
    >
      <p>
        <a
          href={move.link}
          className="inline-flex h-10 items-center rounded-control bg-ink px-4 font-medium text-paper no-underline hover:bg-ink/85 max-sm:h-11"
        >
          Open the box at {move.address}
        </a>
      </p>
      <p className="mt-4 text-mute">
        If that does not open, this device has no address of the new network yet: unplug its cable for a
        moment, or leave the Wi-Fi and come back, then press again. Where nobody arrives within{' '}
        <Num>{CONFIRM_S / 60} minutes</Num> the box goes back to the old address by itself, and this page with
        it.
      </p>
    </StepFrame>
  )
}

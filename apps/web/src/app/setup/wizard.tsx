'use client'

/**
 * The first run: own it → Internet → home network → check → done. Where it is stands on the box (`session.setup`): a reload or
 * another browser goes on there. Only the recovery code lives in this page, because it is shown once.
 */
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { api } from '../../live/api.ts'
import { useKeepAlive } from '../../live/keep-alive.ts'
import { SESSION_KEY, type Session, type SetupStep, useSession } from '../../live/session.ts'
import { Entrance } from '../../ui/entrance.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { CheckStep } from './check-step.tsx'
import { DoneStep } from './done-step.tsx'
import { HomeStep } from './home-step.tsx'
import { InternetStep } from './internet-step.tsx'
import { OwnStep } from './own-step.tsx'
import { RecoveryStep } from './recovery-step.tsx'

export interface StepProps {
  /** Writes down on the box that the next step is reached. */
  onNext: () => Promise<void>
  onBack: () => Promise<void>
  onLater: () => Promise<void>
}

const ORDER: readonly SetupStep[] = ['recovery', 'internet', 'home', 'check', 'done']

/** Moves the first run to a step, on the box and here. */
function useProgress() {
  const client = useQueryClient()
  return async (step: SetupStep | 'over', aside = false) => {
    const session = await api.put<Session>('/api/setup', { step, aside })
    client.setQueryData(SESSION_KEY, session)
  }
}

export function Wizard() {
  const router = useRouter()
  const client = useQueryClient()
  const { data: session } = useSession()
  const [code, setCode] = useState<string | null>(null)
  const goTo = useProgress()
  useKeepAlive()
  const state = session?.state
  const step = session?.setup?.step ?? null
  const over = state === 'in' && step === null && code === null

  useEffect(() => {
    if (state === 'anonymous') router.replace('/login')
    if (over) router.replace('/')
  }, [state, over, router])

  if (state === 'unclaimed')
    return (
      <OwnStep
        onOwned={(recovery) => {
          setCode(recovery)
          void client.invalidateQueries({ queryKey: SESSION_KEY })
        }}
      />
    )
  if (state !== 'in' || over)
    return (
      <Entrance title="One moment" lead="Asking the box how far it is." wide>
        <SkeletonRows rows={3} />
      </Entrance>
    )
  if (code !== null || step === 'recovery')
    return (
      <RecoveryStep
        code={code}
        last={step === null}
        onCode={setCode}
        onNext={async () => {
          if (step === 'recovery') await goTo('internet')
          setCode(null)
        }}
      />
    )

  const at = ORDER.indexOf(step!)
  const props: StepProps = {
    onNext: () => goTo(ORDER[at + 1] ?? 'over'),
    onBack: () => goTo(ORDER[Math.max(1, at - 1)]!),
    onLater: async () => {
      await goTo(step!, true)
      router.replace('/')
    },
  }
  if (step === 'internet') return <InternetStep {...props} />
  if (step === 'home') return <HomeStep {...props} />
  if (step === 'check') return <CheckStep {...props} />
  return <DoneStep {...props} />
}

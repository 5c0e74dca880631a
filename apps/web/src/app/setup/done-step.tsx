'use client'

import type { InternetStatus } from '@bauta/control/schemas'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { KINDS, stateWords } from '../../internet/words.ts'
import { api } from '../../live/api.ts'
import { useSession } from '../../live/session.ts'
import { useSettings } from '../../live/settings.ts'
import { Button, DownloadButton } from '../../ui/button.tsx'
import { Num } from '../../ui/num.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { networkOf } from './free-network.ts'
import { StepActions, StepFrame } from './step-frame.tsx'
import type { StepProps } from './wizard.tsx'

/** What was made, and a copy of it to keep. */
export function DoneStep({ onNext, onBack }: StepProps) {
  const { data: session } = useSession()
  const { snapshot } = useSettings('lan')
  const internet = useQuery({
    queryKey: ['internet', 'once'],
    queryFn: () => api.get<InternetStatus>('/api/internet'),
  })
  const line = internet.data?.connections.find(({ inUse }) => inUse)
  const [busy, setBusy] = useState(false)
  const finish = async () => {
    setBusy(true)
    await onNext().finally(() => setBusy(false))
  }
  const lan = snapshot?.lan
  return (
    <StepFrame step={5} title="The box is yours" lead="Everything can be changed later, page by page.">
      <dl className="-my-1">
        <Row name="Administrator">{session?.name}</Row>
        <Row name="Internet">
          {line && (
            <>
              {KINDS[line.kind]}, {stateWords(line)}
              {line.state === 'up' && line.address && (
                <>
                  {' '}
                  with <Num>{line.address}</Num>
                </>
              )}
            </>
          )}
        </Row>
        <Row name="Home network">
          {lan &&
            (lan.addressing === 'system' ? (
              'as the operating system has it'
            ) : (
              <>
                <Num>{networkOf(`${lan.address}/${lan.bits}`)}</Num>, the box is <Num>{lan.address}</Num>
              </>
            ))}
        </Row>
        <Row name="This page">
          {lan && (
            <>
              <Num>http://{lan.addressing === 'box' ? 'bauta.lan' : window.location.host}</Num> from every
              machine of the household
            </>
          )}
        </Row>
      </dl>
      <div className="mt-5 rounded-card border border-line bg-sunken px-4 py-3.5">
        <p className="font-semibold">A copy of these settings</p>
        <p className="mt-0.5 text-mute">
          With this file a new box, or this one after a reset, is as it is now in a minute. It holds the
          provider’s password: keep it where you keep such things.
        </p>
        <DownloadButton href="/api/backup" className="mt-2.5">
          Download backup
        </DownloadButton>
      </div>
      <StepActions>
        <Button onClick={() => void onBack()}>Back</Button>
        <Button kind="primary" busy={busy} onClick={() => void finish()}>
          To Home
        </Button>
      </StepActions>
    </StepFrame>
  )
}

function Row({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="grid grid-cols-[8rem_minmax(0,1fr)] gap-x-3 border-b border-line py-2.5 last:border-b-0 max-sm:grid-cols-1">
      <dt className="text-mute">{name}</dt>
      <dd>{children || <Skeleton className="h-3 w-44" />}</dd>
    </div>
  )
}

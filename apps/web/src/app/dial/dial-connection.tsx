'use client'

import { useState } from 'react'
import { canConnect, canHangUp, sinceWords, stateTag } from '../../internet/words.ts'
import { api, messageOf } from '../../live/api.ts'
import { bitRate, clock } from '../../live/format.ts'
import type { DialView } from '../../server/dial-reply.ts'
import { Button } from '../../ui/button.tsx'
import { Num } from '../../ui/num.tsx'
import { Tag } from '../../ui/tag.tsx'

interface DialConnectionProps {
  connection: DialView['connections'][number]
  now: number
  onDone: () => Promise<void>
}

export function DialConnection({ connection, now, onDone }: DialConnectionProps) {
  const { name, state, problem, nextAttemptAt, rate, mayDial } = connection
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const tag = stateTag(connection)
  const press = async (button: 'connect' | 'hang-up') => {
    setBusy(true)
    setFault(null)
    try {
      await api.post(`/api/dial/${button}`, { connection: name })
      await onDone()
    } catch (error) {
      setFault(messageOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <li className="grid gap-2 border-t border-line px-6 py-4.5 max-sm:px-4.5">
      <div className="flex items-center justify-between gap-3">
        <h2 className="text-lg">{name}</h2>
        <Tag tone={tag.tone}>{tag.word}</Tag>
      </div>
      <p role="status" className="min-h-5.25">
        {sinceWords(connection, now)}
      </p>
      {state === 'up' && (
        <p className="num flex gap-5 whitespace-nowrap">
          <span className="inline-block min-w-[14ch] text-down">in {bitRate(rate.down)}</span>
          <span className="inline-block min-w-[14ch] text-up">out {bitRate(rate.up)}</span>
        </p>
      )}
      {problem && (
        <p className="font-medium text-bad">
          {problem}
          {nextAttemptAt !== null && nextAttemptAt > now && (
            <span className="font-normal">
              {' '}
              The box tries again in <Num>{clock((nextAttemptAt - now) / 1000)}</Num>.
            </span>
          )}
        </p>
      )}
      {fault && (
        <p role="alert" className="font-medium text-bad">
          {fault}
        </p>
      )}
      {mayDial && (canConnect(connection) || canHangUp(connection)) && (
        <div className="mt-1 flex gap-2 *:h-11! *:flex-1">
          {canConnect(connection) && (
            <Button
              kind={connection.inUse ? 'primary' : 'plain'}
              busy={busy}
              onClick={() => void press('connect')}
              aria-label={`Connect ${name}`}
            >
              Connect
            </Button>
          )}
          {canHangUp(connection) && (
            <Button busy={busy} onClick={() => void press('hang-up')} aria-label={`Hang up ${name}`}>
              Hang up
            </Button>
          )}
        </div>
      )}
    </li>
  )
}

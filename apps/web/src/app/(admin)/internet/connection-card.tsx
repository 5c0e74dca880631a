'use client'

import type { InternetConnection } from '@bauta/config'
import type { InternetConnectionStatus } from '@bauta/control/schemas'
import clsx from 'clsx'
import { type ReactNode, useState } from 'react'
import { canConnect, canHangUp, KINDS, sinceWords, stateTag, WHEN } from '../../../internet/words.ts'
import { api, messageOf } from '../../../live/api.ts'
import { bitRate, bytes, clock, lasting } from '../../../live/format.ts'
import { Button, Card, ConfirmButton, Notice, Num, SkeletonRows, Tag, toast } from '../../../ui/index.ts'

interface ConnectionCardProps {
  connection: InternetConnection
  /** What the box does with it; missing while it is only in the draft. */
  line: InternetConnectionStatus | undefined
  loading: boolean
  /** By the settings, or by the draft. */
  chosen: boolean
  now: number
  onEdit: () => void
  onUse: () => void
  /** null: it cannot be removed */
  onRemove: (() => void) | null
}

export function ConnectionCard(props: ConnectionCardProps) {
  const { connection, line, loading, chosen, now, onEdit, onUse, onRemove } = props
  const { name, method, when } = connection
  const tag = line && stateTag(line)
  return (
    <Card
      title={
        <>
          {name} <span className="font-normal text-mute">{KINDS[method.kind]}</span>
        </>
      }
      aside={tag ? <Tag tone={tag.tone}>{tag.word}</Tag> : !loading && <Tag tone="warn">in the draft</Tag>}
    >
      {line ? (
        <Line line={line} now={now} />
      ) : loading ? (
        <SkeletonRows rows={3} />
      ) : (
        <p className="text-mute">It comes to life when the draft is applied.</p>
      )}
      <div className="mt-4 flex flex-wrap items-center gap-2 border-t border-line pt-3.5">
        {line && method.kind !== 'system' && <DialButtons line={line} />}
        <span className="mr-auto text-sm text-mute max-sm:order-first max-sm:basis-full">
          {method.kind === 'system'
            ? ''
            : when === 'demand'
              ? `${WHEN.demand}, hung up after ${lasting(connection.idleSeconds)} without traffic`
              : WHEN[when]}
        </span>
        {!chosen && (
          <Button size="small" onClick={onUse}>
            Use this one
          </Button>
        )}
        <Button size="small" onClick={onEdit} aria-label={`Edit ${name}`}>
          Edit
        </Button>
        {onRemove && (
          <Button size="small" kind="quiet" onClick={onRemove} aria-label={`Remove ${name}`}>
            Remove
          </Button>
        )}
      </div>
    </Card>
  )
}

/** At once, and not by the draft: a call is no setting. */
function DialButtons({ line }: { line: InternetConnectionStatus }) {
  const [busy, setBusy] = useState(false)
  const { name, when } = line
  const press = async (button: 'dial' | 'hang-up') => {
    setBusy(true)
    try {
      await api.post(`/api/internet/${button}`, { connection: name })
    } catch (error) {
      toast.error(button === 'dial' ? 'It was not connected' : 'It was not hung up', messageOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      {canConnect(line) && (
        <Button
          kind={line.inUse ? 'primary' : 'plain'}
          size="small"
          busy={busy}
          title={line.inUse ? undefined : 'The connection in use is hung up then.'}
          onClick={() => void press('dial')}
        >
          Connect
        </Button>
      )}
      {canHangUp(line) && (
        <ConfirmButton
          kind="plain"
          size="small"
          title={`Hang ${name} up?`}
          explain={
            when === 'demand'
              ? 'Connections that are open are cut. The next machine that needs the Internet brings it up again.'
              : 'The house is offline until somebody presses “Connect”. Connections that are open are cut.'
          }
          action="Hang up"
          onConfirm={() => press('hang-up')}
        >
          Hang up
        </ConfirmButton>
      )}
    </>
  )
}

function Line({ line, now }: { line: InternetConnectionStatus; now: number }) {
  const { state, problem, nextAttemptAt, attempts, address, rate } = line
  return (
    <div className="grid gap-3">
      {/* one line, whatever it says: nothing below it moves */}
      <p className="min-h-5.25">
        {sinceWords(line, now)}
        {state === 'up' && (
          <span className="text-mute">
            {' · '}
            <Num>{bytes(line.bytes.down)}</Num> in, <Num>{bytes(line.bytes.up)}</Num> out
          </span>
        )}
      </p>
      {state === 'up' && (
        <p className="flex flex-wrap items-baseline gap-x-6 gap-y-1">
          <span className="num text-2xl font-semibold tracking-tight">{address}</span>
          <span className="num flex gap-4 whitespace-nowrap">
            <span className="inline-block min-w-[14ch] text-down">in {bitRate(rate.down)}</span>
            <span className="inline-block min-w-[14ch] text-up">out {bitRate(rate.up)}</span>
          </span>
        </p>
      )}
      {problem && (
        <Notice tone={state === 'failed' ? 'bad' : 'warn'} title={problem}>
          {nextAttemptAt !== null && nextAttemptAt > now ? (
            <>
              The box tries again in <Num>{clock((nextAttemptAt - now) / 1000)}</Num>
              {attempts > 1 && (
                <>
                  ; <Num>{attempts}</Num> tries so far
                </>
              )}
              . “Is it me?” below tells how far it comes.
            </>
          ) : (
            '“Is it me?” below tells how far it comes.'
          )}
        </Notice>
      )}
      {state === 'up' && <Facts line={line} now={now} />}
    </div>
  )
}

function Facts({ line, now }: { line: InternetConnectionStatus; now: number }) {
  const { lease, session } = line
  // The last two are sentences: they have the whole width.
  const rows: [name: string, value: ReactNode, wide?: true][] = [
    [
      'Leaves by',
      <Num key="by">
        {line.port && line.port !== line.device ? `${line.device} over ${line.port}` : line.device}
      </Num>,
    ],
    ['Gateway', line.gateway && <Num>{line.gateway}</Num>],
    ['DNS of the provider', line.dnsServers.length > 0 && <Num>{line.dnsServers.join(', ')}</Num>],
    ['MTU', line.mtu && <Num>{line.mtu}</Num>],
    [
      'Lease',
      lease && (
        <>
          from <Num>{lease.server}</Num>, renewed in <Num>{lasting((lease.renewsAt - now) / 1000)}</Num>, good
          for <Num>{lasting((lease.expiresAt - now) / 1000)}</Num>
        </>
      ),
    ],
    [
      'Session',
      session && (
        <>
          <Num>{session.id}</Num> with <Num>{session.peer}</Num>
          {session.service && (
            <>
              , service <Num>{session.service}</Num>
            </>
          )}
          , for <Num>{lasting((now - session.since) / 1000)}</Num>
        </>
      ),
      true,
    ],
  ]
  return (
    <dl className="grid gap-x-8 sm:grid-cols-2">
      {rows.map(
        ([name, value, wide]) =>
          value && (
            <div
              key={name}
              className={clsx(
                'grid grid-cols-[8.5rem_minmax(0,1fr)] gap-x-3 border-t border-line py-1.75 first:border-t-0 sm:nth-2:border-t-0',
                wide && 'sm:col-span-2',
              )}
            >
              <dt className="text-mute">{name}</dt>
              <dd className="min-w-0 break-words">{value}</dd>
            </div>
          ),
      )}
    </dl>
  )
}

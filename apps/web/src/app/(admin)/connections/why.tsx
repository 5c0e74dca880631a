'use client'

import type { Connection } from '@bauta/control/schemas'
import { Fragment, useState } from 'react'
import { ruleAnchor } from '../../../forms/anchors.ts'
import { ApiError, api, messageOf } from '../../../live/api.ts'
import { useStatus } from '../../../live/use-live.ts'
import { Button, ConfirmButton, LinkButton, toast } from '../../../ui/index.ts'
import { hrefOf, questionOfRow } from '../why/question.ts'
import { addresses, clientName, type Ends, explain, type Sentence, serverLabel, textOf } from './explain.ts'
import type { FilterKey } from './filter-words.ts'

interface WhyProps {
  row: Connection
  gone: boolean
  /** When the row was told, ms. */
  at: number
  onFilter: (key: FilterKey, value: string) => void
  onEnded: () => void
}

/** An opened row: why it is here, what its packets say on both sides, and what can be done about it. */
export function Why({ row, gone, at, onFilter, onEnded }: WhyProps) {
  const revision = useStatus().data?.revision ?? null
  const { before, after } = addresses(row)
  return (
    <div className="grid gap-x-8 gap-y-3 px-3.5 pt-1 pb-4 lg:grid-cols-[minmax(0,1fr)_auto]">
      <div className="max-w-[82ch]">
        <h2 className="mb-1">Why is this here?</h2>
        {gone && (
          <p className="mb-1 font-medium text-warn">
            It is no longer on this page: it has ended, or it stands elsewhere in the order now.
          </p>
        )}
        <ul className="grid gap-0.5">
          {explain(row, at, revision).map((sentence) => (
            <li key={textOf(sentence)}>
              <Words sentence={sentence} />
            </li>
          ))}
        </ul>
      </div>
      <dl className="grid h-fit grid-cols-[auto_minmax(0,1fr)] gap-x-3 self-start max-lg:order-first lg:pt-6">
        <EndsLine name="inside" ends={before} />
        <EndsLine name="outside" ends={after} />
      </dl>
      <div className="flex flex-wrap gap-2 lg:col-span-2">
        <Button size="small" onClick={() => onFilter('client', row.client)}>
          Only this client
        </Button>
        <Button size="small" onClick={() => onFilter('server', row.server)}>
          Only this server
        </Button>
        {row.ruleId > 0 && (
          <LinkButton size="small" href={`/rules#${ruleAnchor(row.ruleId)}`}>
            Show rule {row.ruleId}
          </LinkButton>
        )}
        <LinkButton size="small" href={hrefOf(questionOfRow(row, 'out'))}>
          Its packets out
        </LinkButton>
        <LinkButton size="small" href={hrefOf(questionOfRow(row, 'in'))}>
          Its answers in
        </LinkButton>
        <LinkButton size="small" href={`/monitor?connection=${encodeURIComponent(row.id)}`}>
          Watch its packets
        </LinkButton>
        <End row={row} gone={gone} onEnded={onEnded} />
      </div>
    </div>
  )
}

function Words({ sentence }: { sentence: Sentence }) {
  return sentence.map((piece, i) =>
    typeof piece === 'string' ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one sentence keep their places
      <Fragment key={i}>{piece}</Fragment>
    ) : (
      <code key={piece.code} className="font-mono text-[0.93em] break-words">
        <Unbroken text={piece.code} />
      </code>
    ),
  )
}

/** A line may break between words of a command, not inside `-i`. */
function Unbroken({ text }: { text: string }) {
  return text.split(' ').map((word, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: words of one command keep their places
    <Fragment key={i}>
      {i > 0 && ' '}
      <span className="whitespace-nowrap">{word}</span>
    </Fragment>
  ))
}

function EndsLine({ name, ends }: { name: string; ends: Ends }) {
  return (
    <>
      <dt className="text-mute">{name}</dt>
      <dd className="num flex flex-wrap gap-x-1.5">
        <span>{ends.from}</span>
        <span className="text-mute">→</span>
        <span>{ends.to}</span>
      </dd>
    </>
  )
}

interface EndProps {
  row: Connection
  gone: boolean
  onEnded: () => void
}

function End({ row, gone, onEnded }: EndProps) {
  const [asked] = useState(() => ({ who: clientName(row), where: serverLabel(row) }))
  const end = async () => {
    try {
      await api.delete(`/api/connections/${encodeURIComponent(row.id)}`)
      toast.success('Connection ended', `${asked.who} → ${asked.where}`)
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) {
        toast.error('The connection was not ended', messageOf(error))
        return false
      }
      toast.note('It had ended already', `${asked.who} → ${asked.where}`)
    }
    onEnded()
    return true
  }
  return (
    <ConfirmButton
      size="small"
      className="ml-auto max-sm:ml-0"
      disabled={gone}
      title="End this connection?"
      action="End connection"
      onConfirm={end}
      explain={
        <>
          The box forgets <b className="text-ink">{asked.who}</b> → <b className="text-ink">{asked.where}</b>{' '}
          at once and drops what still comes for it. This cannot be undone. The device may open a new
          connection; only a rule prevents that.
        </>
      }
    >
      End connection…
    </ConfirmButton>
  )
}

'use client'

import type { TracePacket, TraceReply, TraceRule, TraceStation, TraceWay } from '@bauta/control/schemas'
import clsx from 'clsx'
import Link from 'next/link'
import { chainAnchor, ruleAnchor } from '../../../forms/anchors.ts'
import { lasting } from '../../../live/format.ts'
import { Card, LinkButton, Num } from '../../../ui/index.ts'

const WORDS: Record<TraceWay['outcome'], string> = {
  carried: 'It gets through',
  delivered: 'It reaches the box',
  dropped: 'It does not get through',
  held: 'It waits',
}

/** The way out, and the way of the answer. */
export function Walk({ reply }: { reply: TraceReply }) {
  const { way, answer, connection } = reply
  return (
    <>
      <Card title="What happens" aside={<span className="text-mute">revision {reply.revision}</span>}>
        <p role="status" className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
          <b className={clsx('font-semibold', way.outcome === 'dropped' ? 'text-bad' : 'text-good')}>
            {WORDS[way.outcome]}.
          </b>
          <span>{way.summary}</span>
        </p>
        {way.told.map((text) => (
          <p key={text} className="mt-1 text-mute">
            The sender is told: <Num>{text}</Num>
          </p>
        ))}
        <Hops way={way} answer={answer} />
        {connection && (
          <p className="mt-3 text-mute">
            {connection.opened ? 'It opens a connection' : 'It belongs to a connection'} in state{' '}
            <Num>{connection.state}</Num>; without another packet that ends after{' '}
            {lasting(connection.timeout)}.
          </p>
        )}
        <div className="mt-3 flex flex-wrap gap-2">
          <Decider way={way} />
          {way.reason && (
            <LinkButton size="small" href={`/counters#drop-${way.reason}`}>
              Counter {way.reason}
            </LinkButton>
          )}
        </div>
      </Card>
      <Card title="Station by station">
        <Stations way={way} />
      </Card>
      {answer && answer.stations.length > 0 && (
        <Card title="The answer’s way back">
          <p className="mb-2">{answer.summary}</p>
          <Stations way={answer} />
        </Card>
      )}
    </>
  )
}

/** To where it can be changed. */
function Decider({ way }: { way: TraceWay }) {
  if (way.forwarded && !way.ruleId)
    return (
      <LinkButton size="small" href="/forwards">
        Show port forwarding
      </LinkButton>
    )
  if (way.ruleId === null || way.chain === null) return null
  return way.ruleId > 0 ? (
    <LinkButton size="small" href={`/rules#${ruleAnchor(way.ruleId)}`}>
      Show rule {way.ruleId}
    </LinkButton>
  ) : (
    <LinkButton size="small" href={`/rules#${chainAnchor(way.chain)}`}>
      Show the policy of {way.chain}
    </LinkButton>
  )
}

/** Classic names: A is who sends, B whom it is for; RA and RB are the router’s two sides. */
function Hops({ way, answer }: { way: TraceWay; answer: TraceWay | null }) {
  const through = way.outcome === 'carried'
  return (
    <div className="mt-3 overflow-x-auto">
      <table className="w-full text-left max-sm:text-xs">
        <caption className="sr-only">What the packets say on either side of the box</caption>
        <thead>
          <tr className="border-b border-line text-sm text-mute">
            <th className="py-1 pr-4 font-medium max-sm:pr-2">where</th>
            <th className="py-1 pr-4 font-medium max-sm:pr-2">from</th>
            <th className="py-1 font-medium">to</th>
          </tr>
        </thead>
        <tbody>
          <Hop where={`A → RA${way.in ? ` (${way.in})` : ''}`} packet={way.before} />
          {through && way.after && (
            <Hop where={`RB${way.out ? ` (${way.out})` : ''} → B`} packet={way.after} than={way.before} />
          )}
          {answer && <Hop where={`B → RB${answer.in ? ` (${answer.in})` : ''}`} packet={answer.before} />}
          {answer?.after && (
            <Hop
              where={`RA${answer.out ? ` (${answer.out})` : ''} → A`}
              packet={answer.after}
              than={answer.before}
            />
          )}
        </tbody>
      </table>
    </div>
  )
}

/** @param than the packet before: what differs from it is marked */
function Hop({ where, packet, than }: { where: string; packet: TracePacket; than?: TracePacket }) {
  return (
    <tr className="border-b border-line last:border-b-0">
      <td className="py-1 pr-4 text-mute max-sm:pr-2 sm:whitespace-nowrap">{where}</td>
      <td className="py-1 pr-4 max-sm:pr-2">
        <End address={packet.source} port={packet.sourcePort} was={than && [than.source, than.sourcePort]} />
      </td>
      <td className="py-1">
        <End
          address={packet.destination}
          port={packet.destinationPort}
          was={than && [than.destination, than.destinationPort]}
        />
      </td>
    </tr>
  )
}

interface EndProps {
  address: string
  port: number | null
  was: [string, number | null] | undefined
}

function End({ address, port, was }: EndProps) {
  const mark = (differs: boolean) => clsx('num', differs && 'rounded-sm bg-warn-soft font-semibold text-warn')
  return (
    <span className="flex flex-wrap">
      <span className={mark(was !== undefined && was[0] !== address)}>{address}</span>
      {port !== null && <span className={mark(was !== undefined && was[1] !== port)}>:{port}</span>}
    </span>
  )
}

function Stations({ way }: { way: TraceWay }) {
  return (
    <ol className="grid">
      {way.stations.map((station, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: stations keep their places
        <li key={i} className="border-t border-line py-2 first:border-t-0">
          <Station station={station} number={i + 1} />
        </li>
      ))}
    </ol>
  )
}

function Station({ station, number }: { station: TraceStation; number: number }) {
  const ends = station.kind === 'drop'
  return (
    <>
      <div className="grid gap-x-4 sm:grid-cols-[14rem_minmax(0,1fr)]">
        <h3 className={clsx('font-medium', ends && 'text-bad')}>
          <Num className="mr-2 text-mute">{number}</Num>
          {station.title}
        </h3>
        <p className="break-words">{station.text}</p>
      </div>
      {station.rules.length > 0 && (
        <ol className="mt-1 grid sm:pl-6">
          {station.rules.map((rule, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a rule may be passed twice
            <RuleStep key={i} rule={rule} />
          ))}
        </ol>
      )}
    </>
  )
}

const INDENT = ['', 'pl-4', 'pl-8', 'pl-12'] as const
const QUIET: readonly TraceRule['outcome'][] = ['no-match', 'disabled', 'end']
const DECIDES: readonly TraceRule['outcome'][] = ['verdict', 'policy']

function RuleStep({ rule }: { rule: TraceRule }) {
  const words = `${rule.position > 0 ? `${rule.position} ` : ''}${rule.text}`
  return (
    <li
      className={clsx(
        'grid gap-x-4 py-0.5 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]',
        QUIET.includes(rule.outcome) && 'text-mute',
        INDENT[Math.min(rule.depth, 3)],
      )}
    >
      <span className="font-mono text-xs leading-5 break-words">
        {rule.ruleId > 0 ? (
          <Link
            href={`/rules#${ruleAnchor(rule.ruleId)}`}
            className="underline decoration-line underline-offset-2"
          >
            {words}
          </Link>
        ) : (
          words
        )}
      </span>
      <span className={clsx('break-words', DECIDES.includes(rule.outcome) && 'font-semibold')}>
        {rule.why}
      </span>
    </li>
  )
}

'use client'

import type { CheckReply } from '@bauta/control/schemas'
import clsx from 'clsx'
import { lasting } from '../live/format.ts'
import { Num } from '../ui/num.tsx'
import { Tag, type Tone } from '../ui/tag.tsx'

type Step = CheckReply['steps'][number]

const NAMES: Record<Step['name'], string> = {
  cable: 'Cable',
  address: 'Address',
  gateway: 'Gateway',
  dns: 'Names',
  mtu: 'Packet size',
  site: 'A site',
}
const QUESTIONS: Record<Step['name'], string> = {
  cable: 'does the port have a signal?',
  address: 'did the provider give one?',
  gateway: 'does the provider’s router answer?',
  dns: 'are names found?',
  mtu: 'do the largest packets pass?',
  site: 'does a site far away answer?',
}
export const STEPS = Object.keys(NAMES) as Step['name'][]

const STATES: Record<Step['state'], { tone: Tone; word: string }> = {
  ok: { tone: 'good', word: 'well' },
  failed: { tone: 'bad', word: 'wrong' },
  skipped: { tone: 'plain', word: 'not asked' },
}

interface CheckListProps {
  /** Null: nothing was asked yet. */
  steps: readonly Step[] | null
  asking: boolean
}

/** From the cable outwards: what was found at each station, and what to do where it is not well. */
export function CheckList({ steps, asking }: CheckListProps) {
  return (
    <ol className="-my-1">
      {STEPS.map((name) => {
        const step = asking ? undefined : steps?.find((one) => one.name === name)
        return (
          <li
            key={name}
            className="grid grid-cols-[6rem_minmax(0,1fr)_auto] items-baseline gap-x-3 border-b border-line py-2.5 last:border-b-0 max-sm:grid-cols-[minmax(0,1fr)_auto]"
          >
            <span className="font-medium">{NAMES[name]}</span>
            <span className={clsx('min-w-0 max-sm:order-3 max-sm:col-span-2', !step && 'text-mute')}>
              {step?.text ?? QUESTIONS[name]}
              {step?.state === 'ok' && step.ms >= 1 && (
                <span className="text-sm text-mute">
                  {' '}
                  <Num>{step.ms < 1000 ? `${Math.round(step.ms)} ms` : lasting(step.ms / 1000)}</Num>
                </span>
              )}
              {step?.advice && <span className="mt-0.5 block font-medium text-bad">{step.advice}</span>}
            </span>
            {step ? (
              <Tag tone={STATES[step.state].tone}>{STATES[step.state].word}</Tag>
            ) : (
              <Tag>{asking ? 'asking' : 'not yet'}</Tag>
            )}
          </li>
        )
      })}
    </ol>
  )
}

/** The verdict in one sentence. */
export function verdictOf(steps: readonly Step[]): { well: boolean; text: string } {
  const first = steps.find(({ state }) => state === 'failed')
  if (first) return { well: false, text: `${NAMES[first.name]}: ${first.text}. ${first.advice ?? ''}`.trim() }
  return { well: true, text: 'Everything answers, from the cable to a site far away.' }
}

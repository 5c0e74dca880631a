'use client'

import type { TraceStep } from '@bauta/chains'
import type { Rules } from '@bauta/config'
import clsx from 'clsx'
import { useState } from 'react'
import { FigureInput } from '../../../forms/figure-input.tsx'
import { ProtocolChoice } from '../../../forms/protocol-choice.tsx'
import { Card, Field, Num, Select, TextInput, VerdictTag } from '../../../ui/index.ts'
import { type PacketWay, packetWay, type Stage, type Surroundings, type TestPacket } from './packet-way.ts'

interface PacketTestProps {
  rules: Rules
  /** What is in force, where the rules above are a draft. */
  stored: Rules | undefined
  /** The rules are well formed. */
  sound: boolean
  around: Surroundings
}

/** A packet is made up, and every rule says what it would do with it. The same code judges real packets. */
export function PacketTest({ rules, stored, sound, around }: PacketTestProps) {
  const [typed, setTyped] = useState<Partial<TestPacket>>({})
  const asked: TestPacket = {
    from: householdMachine(around.links),
    to: '93.184.216.34',
    protocol: 6,
    port: 443,
    known: false,
    ...typed,
  }
  const change = (next: Partial<TestPacket>) => setTyped({ ...typed, ...next })
  const way = sound ? packetWay(rules, around, asked) : null
  const before = stored && sound ? packetWay(stored, around, asked) : null
  const faults = way && 'faults' in way ? way.faults : {}
  return (
    <Card id="test" title="Test a packet" tabIndex={-1} className="scroll-mt-20">
      <div className="grid gap-x-4 gap-y-1 sm:grid-cols-2 xl:grid-cols-[1fr_1fr_auto_7rem_12rem]">
        <Field
          layout="stack"
          label="From"
          error={faults.from}
          hint={around.links.length === 0 ? ' ' : undefined}
        >
          <TextInput mono value={asked.from} onChange={(event) => change({ from: event.target.value })} />
        </Field>
        <Field layout="stack" label="To" error={faults.to}>
          <TextInput mono value={asked.to} onChange={(event) => change({ to: event.target.value })} />
        </Field>
        <ProtocolChoice value={asked.protocol} onChange={(protocol) => change({ protocol })} />
        <Field layout="stack" label="Port" error={faults.port}>
          <FigureInput
            value={asked.protocol === 1 ? ('' as unknown as number) : asked.port}
            disabled={asked.protocol === 1}
            onChange={(port) => change({ port })}
          />
        </Field>
        <Field layout="stack" label="Connection">
          <Select
            value={asked.known ? 'known' : 'new'}
            onChange={(event) => change({ known: event.target.value === 'known' })}
          >
            <option value="new">new: its first packet</option>
            <option value="known">known: in the table</option>
          </Select>
        </Field>
      </div>
      {!sound && <p className="text-bad">The draft has faults; mend them, then packets can be tested.</p>}
      {way && !('faults' in way) && (
        <Way way={way} before={before && !('faults' in before) ? before : null} />
      )}
    </Card>
  )
}

/** An address that a machine of the household could have. */
function householdMachine(links: Surroundings['links']): string {
  const box = links.find(({ role, addresses }) => role === 'lan' && addresses.length > 0)?.addresses[0]
  return box ? box.replace(/\.\d+\/.*$/, '.12') : '192.168.1.12'
}

function Way({ way, before }: { way: PacketWay; before: PacketWay | null }) {
  const differs = before && (before.verdict !== way.verdict || before.outcome !== way.outcome)
  return (
    <div className="mt-1 border-t border-line pt-3">
      <p role="status" className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
        <VerdictTag verdict={way.verdict} />
        <b className="font-semibold">{way.outcome}</b>
        <span className="text-mute">{way.route}.</span>
      </p>
      {before && (
        <p className={clsx('mt-1', differs ? 'text-warn' : 'text-mute')}>
          {differs ? `Now in force it is different: ${before.outcome}` : 'The rules in force say the same.'}
        </p>
      )}
      {way.stages.map((stage) => (
        <StageSteps key={stage.chain} stage={stage} />
      ))}
    </div>
  )
}

function StageSteps({ stage }: { stage: Stage }) {
  return (
    <section className="mt-3">
      <h3 className="num mb-1 text-sm">{stage.chain}</h3>
      <ol className="grid">
        {stage.trace.steps.map((step, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a chain may be passed twice
          <Step key={i} step={step} />
        ))}
      </ol>
    </section>
  )
}

const DECIDES = new Set<TraceStep['outcome']>(['verdict', 'policy'])
const INDENT = ['', 'pl-4', 'pl-8', 'pl-12'] as const

function Step({ step }: { step: TraceStep }) {
  const decides = DECIDES.has(step.outcome)
  const quiet = step.outcome === 'no-match' || step.outcome === 'disabled' || step.outcome === 'end'
  return (
    <li
      className={clsx(
        'grid gap-x-4 border-t border-line py-1 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]',
        quiet && 'text-mute',
        INDENT[Math.min(step.depth, 3)],
      )}
    >
      <span className="font-mono text-xs leading-5 break-words">
        {step.position > 0 ? `${step.position} ` : ''}
        {step.text}
      </span>
      <span className={clsx('break-words', decides && 'font-semibold')}>
        {decides ? <Num className="mr-1.5">→</Num> : null}
        {step.why}
      </span>
    </li>
  )
}

'use client'

import type { TraceQuestion, TraceReply } from '@bauta/control/schemas'
import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { ProtocolChoice } from '../../../forms/protocol-choice.tsx'
import { GoodToKnow } from '../../../help/good-to-know.tsx'
import { ApiError, api, messageOf } from '../../../live/api.ts'
import { useSession } from '../../../live/session.ts'
import { useSettings } from '../../../live/settings.ts'
import { useStatus } from '../../../live/use-live.ts'
import {
  Button,
  Card,
  Field,
  FormFault,
  Notice,
  PageHeader,
  Select,
  SkeletonRows,
  TextInput,
} from '../../../ui/index.ts'
import { hrefOf, questionOf, questionOfLogLine } from './question.ts'
import { placesOf, questionOfDrop, questionOfRuleId } from './question-of-rule.ts'
import { Walk } from './walk.tsx'

export function WhyPage() {
  const params = useSearchParams()
  const { question, missing } = useQuestion(params)
  return (
    <>
      <PageHeader
        title="Why?"
        lead="What happens to a packet, station by station: every rule that looks at it, what it says before and after, and who decided. It is tried with the box’s own program; nothing is sent and nothing is counted."
      />
      <div className="grid items-start gap-4">
        <QuestionCard key={params.toString()} question={question} />
        {missing && <Notice tone="warn">{missing}</Notice>}
        {question && <AnswerCard question={question} />}
        <GoodToKnow page="why" />
      </div>
    </>
  )
}

/** As the address has it, or made up for the rule or the reason that it names. */
function useQuestion(params: URLSearchParams): { question: TraceQuestion | null; missing: string | null } {
  const { value: rules } = useSettings('rules')
  const { data: status } = useStatus()
  const asked = questionOf(params)
  const [rule, drop] = [params.get('rule'), params.get('drop')]
  if (asked || !status || !rules) return { question: asked, missing: null }
  const places = placesOf(status.interfaces)
  if (drop !== null) return { question: questionOfDrop(drop, places), missing: null }
  if (rule === null) return { question: null, missing: null }
  const question = questionOfRuleId(rules, Number(rule), places)
  return { question, missing: question ? null : `No rule that is in force has the number ${rule}.` }
}

const ask = (question: TraceQuestion) => window.history.pushState(null, '', hrefOf(question))

function QuestionCard({ question }: { question: TraceQuestion | null }) {
  const links = useStatus().data?.interfaces ?? []
  const wan = links.find(({ role }) => role === 'wan')?.addresses[0]?.split('/')[0]
  const lan = links.find(({ role }) => role === 'lan')?.addresses[0]?.split('/')[0]
  const [typed, setTyped] = useState<Partial<TraceQuestion>>({})
  const [line, setLine] = useState('')
  const asked = {
    from: lan?.replace(/\.\d+$/, '.12') ?? '192.168.77.12',
    to: '93.184.216.34',
    protocol: 6,
    port: 443,
    ...question,
    ...typed,
  }
  const change = (next: Partial<TraceQuestion>) => setTyped({ ...typed, ...next })
  const fromLine = questionOfLogLine(line)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    ask(line.trim() && fromLine ? fromLine : asked)
  }
  const ports = asked.protocol !== 1
  return (
    <Card title="The packet">
      <form onSubmit={submit} className="grid gap-3">
        <div className="grid gap-x-4 gap-y-1 sm:grid-cols-2 xl:grid-cols-[1fr_1fr_auto_7rem_9rem]">
          <Field
            layout="stack"
            className="content-start"
            label="From"
            hint="A device, or an address outside."
          >
            <TextInput
              mono
              value={asked.from}
              onChange={(event) => change({ from: event.target.value.trim() })}
            />
          </Field>
          <Field layout="stack" label="To" hint={wan ? `This box is ${wan} outside.` : undefined}>
            <TextInput
              mono
              value={asked.to}
              onChange={(event) => change({ to: event.target.value.trim() })}
            />
          </Field>
          <ProtocolChoice value={asked.protocol} onChange={(protocol) => change({ protocol })} />
          <Field layout="stack" label="Port">
            <TextInput
              mono
              inputMode="numeric"
              disabled={!ports}
              value={ports ? String(asked.port) : ''}
              onChange={(event) => change({ port: Number(event.target.value) || 0 })}
            />
          </Field>
          <Field layout="stack" label="It comes in by">
            <Select
              value={asked.interface ?? ''}
              onChange={(event) => change({ interface: event.target.value || undefined })}
            >
              <option value="">where it belongs</option>
              {links
                .filter(({ role }) => role !== 'unused')
                .map(({ name }) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
            </Select>
          </Field>
        </div>
        <Field
          layout="stack"
          label="Or a line of the log"
          hint="As ipchains or iptables write it; the packet in it is tried."
          error={line.trim() && !fromLine ? 'There is no packet in this line.' : undefined}
        >
          <TextInput
            mono
            value={line}
            placeholder="Packet log: input DENY wan0 PROTO=6 …"
            onChange={(event) => setLine(event.target.value)}
          />
        </Field>
        <Button type="submit" kind="primary" className="justify-self-start">
          Try it
        </Button>
      </form>
    </Card>
  )
}

/** The settings of this moment: asked again when they change. */
function AnswerCard({ question }: { question: TraceQuestion }) {
  const enabled = useSession().data?.state === 'in'
  const revision = useStatus().data?.revision
  const { data, error } = useQuery({
    queryKey: ['trace', question, revision],
    queryFn: () => api.post<TraceReply>('/api/trace', question),
    enabled,
    retry: false,
    staleTime: 0,
  })
  if (error) return <FormFault>{faultText(error)}</FormFault>
  if (!data)
    return (
      <Card title="The way">
        <SkeletonRows rows={6} />
      </Card>
    )
  return <Walk reply={data} />
}

function faultText(error: unknown): string {
  if (!(error instanceof ApiError) || error.faults.length === 0) return messageOf(error)
  return error.faults.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
}

'use client'

import { type Fault, faultsOf, internetSchema } from '@bauta/config'
import type { ProbeReply } from '@bauta/control/schemas'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { faultsBelow } from '../../forms/faults.ts'
import { ApiError, api, messageOf } from '../../live/api.ts'
import { useSettings } from '../../live/settings.ts'
import { useFaultFocus } from '../../passwords/use-fault-focus.ts'
import { Button } from '../../ui/button.tsx'
import { Field, FormFault } from '../../ui/field.tsx'
import { Select } from '../../ui/inputs.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { EMPTY_FORM, findingOf, type InternetForm, type Method, rolesWith, withAnswers } from './finding.ts'
import { LaterButton } from './later-button.tsx'
import { MethodFields } from './method-fields.tsx'
import { StepActions, StepFrame } from './step-frame.tsx'
import { SystemCares } from './system-cares.tsx'
import { useComesUp } from './use-comes-up.ts'
import { usePut } from './use-put.ts'
import type { StepProps } from './wizard.tsx'

const METHODS: readonly { value: Method; label: string }[] = [
  { value: 'dhcp', label: 'DHCP' },
  { value: 'pppoe', label: 'PPPoE' },
  { value: 'static', label: 'Fixed address' },
  { value: 'serial', label: 'Modem' },
]
const TITLE = 'The way to the Internet'

/** Asks the wire first, and the person only what the wire did not tell. */
export function InternetStep(props: StepProps) {
  const { snapshot } = useSettings('internet')
  const bySystem = snapshot?.internet.connections.every(({ method }) => method.kind === 'system')
  const probe = useQuery({
    queryKey: ['probe'],
    queryFn: () => api.post<ProbeReply>('/api/internet/probe'),
    enabled: bySystem === false,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (bySystem)
    return (
      <SystemCares
        step={2}
        title={TITLE}
        what="Bauta was added to a running machine, whose own settings bring the Internet connection up."
        onNext={props.onNext}
      />
    )
  if (!probe.data && !probe.error)
    return (
      <StepFrame
        step={2}
        title={TITLE}
        lead="The box asks at every port who is there. This takes some seconds."
      >
        <div role="status" className="grid gap-3 py-2">
          <span className="sr-only">Asking every port</span>
          <Skeleton className="h-4 w-64" />
          <Skeleton className="h-4 w-80" />
        </div>
      </StepFrame>
    )
  return (
    <Questions
      {...props}
      reply={probe.data ?? { ports: [], wan: null }}
      failure={probe.error ? messageOf(probe.error) : null}
      looking={probe.isFetching}
      onLook={() => void probe.refetch()}
      key={probe.dataUpdatedAt}
    />
  )
}

interface QuestionsProps extends StepProps {
  reply: ProbeReply
  /** Why the box could not ask. */
  failure: string | null
  looking: boolean
  onLook: () => void
}

function Questions({ reply, failure, looking, onLook, onNext, onLater }: QuestionsProps) {
  const found = findingOf(reply)
  const element = useRef<HTMLFormElement>(null)
  const [form, setForm] = useState<InternetForm>({
    ...EMPTY_FORM,
    method: found.method ?? 'dhcp',
    device:
      found.device ?? reply.ports.find(({ carrier }) => carrier)?.device ?? reply.ports[0]?.device ?? '',
  })
  const [faults, setFaults] = useState<readonly Fault[]>([])
  const [failed, setFailed] = useState<string | null>(null)
  const [saving, setSaving] = useState(false)
  const line = useComesUp()
  const put = usePut()
  useFaultFocus(element, faults)
  const change = (part: Partial<InternetForm>) => {
    setForm({ ...form, ...part })
    setFailed(null)
    line.forget()
  }

  const save = async () => {
    if (form.method !== 'serial' && form.device)
      await put('interfaces', (interfaces) => rolesWith(interfaces, form.device))
    const { use } = await put('internet', (internet) => {
      const next = withAnswers(internet, form)
      const judged = internetSchema.safeParse(next)
      if (!judged.success) throw new ApiError(422, '', { faults: faultsOf(judged.error) })
      return next
    })
    return use
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (saving || line.waiting) return
    setFaults([])
    setFailed(null)
    const missing = missingIn(form)
    if (missing.length > 0) return setFaults(missing)
    setSaving(true)
    try {
      if (await line.wait(await save())) await onNext()
    } catch (error) {
      const below = error instanceof ApiError ? faultsOfMethod(error.faults) : []
      setFaults(below)
      if (below.length === 0) setFailed(messageOf(error))
    } finally {
      setSaving(false)
    }
  }

  const busy = saving || line.waiting
  return (
    <StepFrame
      step={2}
      title={TITLE}
      lead="What the box found out by itself, and what it needs to know from you."
    >
      <form ref={element} onSubmit={(event) => void submit(event)} noValidate>
        <Notice
          tone={found.method ? 'good' : 'warn'}
          title={failure ? 'The box could not ask' : found.title}
          action={
            <Button size="small" busy={looking} onClick={onLook}>
              Look again
            </Button>
          }
        >
          {failure ?? found.text}
        </Notice>
        <div className="mt-5 grid gap-1">
          <p className="font-medium" aria-hidden>
            Kind of connection
          </p>
          <Segmented
            label="Kind of connection"
            value={form.method}
            options={METHODS}
            onChange={(method) => change({ method })}
            className="max-sm:w-full max-sm:text-sm"
          />
          <p className="mt-1 min-h-5 text-sm text-mute">{HINTS[form.method]}</p>
        </div>
        <div className="mt-3 grid gap-2">
          {form.method !== 'serial' && !found.device && reply.ports.length > 1 && (
            <Field layout="stack" label="Port to the Internet" hint="Where the cable to the modem is.">
              <Select
                value={form.device}
                onChange={(event) => change({ device: event.target.value })}
                className="max-sm:h-11!"
              >
                {reply.ports.map(({ device, carrier }) => (
                  <option key={device} value={device}>
                    {device}
                    {carrier ? '' : ' (no signal)'}
                  </option>
                ))}
              </Select>
            </Field>
          )}
          <MethodFields form={form} faults={faults} onChange={change} />
        </div>
        <p role="status" className="mt-2 min-h-5 text-sm text-mute">
          {line.waiting ? 'Connecting. This takes some seconds …' : ''}
        </p>
        {line.problem && (
          <Notice tone="bad" live title="It did not come up">
            {line.problem}
          </Notice>
        )}
        <FormFault>{failed}</FormFault>
        <StepActions later={<LaterButton onLater={onLater} />}>
          {line.problem && <Button onClick={() => void onNext()}>Go on without</Button>}
          <Button kind="primary" type="submit" busy={busy}>
            {line.problem ? 'Try again' : 'Next'}
          </Button>
        </StepActions>
      </form>
    </StepFrame>
  )
}

const HINTS: Record<Method, string> = {
  dhcp: 'Cable, fibre, or a router of the provider before the box.',
  pppoe: 'DSL and some fibre: the provider’s letter has a user name and a password.',
  static: 'The provider’s letter has an address and a gateway.',
  serial: 'A modem or another machine at a serial line, by PPP.',
}

/** The schema speaks of a whole settings tree; here each fault belongs to a field of the connection in use. */
function faultsOfMethod(faults: readonly Fault[]): Fault[] {
  const below = faults.flatMap((fault) => {
    const [first, index, part] = fault.path
    return first === 'connections' && part === 'method' ? faultsBelow([fault], [first, index!, part]) : []
  })
  return below
}

function missingIn({ method, user, password }: InternetForm): Fault[] {
  if (method !== 'pppoe' && method !== 'serial') return []
  return [
    ...(user
      ? []
      : [{ path: ['user'], message: 'The user name is missing; it stands in the provider’s letter.' }]),
    ...(password ? [] : [{ path: ['password'], message: 'The password is missing.' }]),
  ]
}

'use client'

import { type Fault, faultsOf, type Lan, lanSchema } from '@bauta/config'
import type { Status } from '@bauta/control/schemas'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { messageAt } from '../../forms/faults.ts'
import { ApiError, api, messageOf } from '../../live/api.ts'
import { useSettings } from '../../live/settings.ts'
import { useFaultFocus } from '../../passwords/use-fault-focus.ts'
import { Button } from '../../ui/button.tsx'
import { Field, FormFault } from '../../ui/field.tsx'
import { TextInput } from '../../ui/inputs.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Num } from '../../ui/num.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { networkOf, overlaps, proposeNetwork } from './free-network.ts'
import { LaterButton } from './later-button.tsx'
import { type Move, MovedStep, moveTo } from './moved-step.tsx'
import { StepActions, StepFrame } from './step-frame.tsx'
import { SystemCares } from './system-cares.tsx'
import { usePut } from './use-put.ts'
import type { StepProps } from './wizard.tsx'

const TITLE = 'The home network'

export function HomeStep(props: StepProps) {
  const { value: lan } = useSettings('lan')
  const status = useQuery({ queryKey: ['status', 'once'], queryFn: () => api.get<Status>('/api/status') })
  if (lan?.addressing === 'system')
    return (
      <SystemCares
        step={3}
        title={TITLE}
        what="Bauta was added to a running machine, whose own settings give it its address in the home network."
        onNext={props.onNext}
      />
    )
  if (!lan || (!status.data && !status.error))
    return (
      <StepFrame step={3} title={TITLE} lead="The box looks which networks are taken already.">
        <SkeletonRows rows={2} />
      </StepFrame>
    )
  const outside = (status.data?.interfaces ?? [])
    .filter(({ role }) => role === 'wan')
    .flatMap(({ addresses }) => addresses)
  return <HomeForm {...props} lan={lan} outside={outside} />
}

interface HomeFormProps extends StepProps {
  lan: Lan
  /** Addresses on the provider's side. */
  outside: readonly string[]
}

function HomeForm({ lan, outside, onNext, onBack, onLater }: HomeFormProps) {
  const proposal = proposeNetwork(lan, outside)
  const element = useRef<HTMLFormElement>(null)
  const [name, setName] = useState(lan.name)
  const [network, setNetwork] = useState(`${proposal.address}/${proposal.bits}`)
  const [faults, setFaults] = useState<readonly Fault[]>([])
  const [failed, setFailed] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [moved, setMoved] = useState<Move | null>(null)
  const put = usePut()
  useFaultFocus(element, faults)

  const [address = '', bits = '24'] = network.trim().split('/')
  const wanted = { addressing: 'box' as const, name: name.trim(), address, bits: Number(bits) }
  const moves = address !== lan.address

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    setFailed(null)
    const found = judge(wanted, outside)
    setFaults(found)
    if (found.length > 0) return
    setBusy(true)
    try {
      if (moves) {
        await move()
      } else {
        await put('lan', (before) => ({ ...before, ...wanted }))
        await onNext()
      }
    } catch (error) {
      const below = error instanceof ApiError ? error.faults : []
      setFaults(below)
      if (below.length === 0) setFailed(messageOf(error))
    } finally {
      setBusy(false)
    }
  }
  /** It goes back by itself unless somebody opens the box at its new address, where this step then has nothing left to ask. */
  const move = async () => setMoved(await moveTo(wanted))
  if (moved)
    return (
      <MovedStep
        move={moved}
        onBack={() => {
          setMoved(null)
          setFailed('Nobody opened the box at its new address in time, so it went back to the old one.')
        }}
      />
    )
  const error = (field: string) => messageAt(faults, [field])

  return (
    <StepFrame step={3} title={TITLE} lead="Both are fine as they are; change them if you want to.">
      <form ref={element} onSubmit={(event) => void submit(event)} noValidate className="grid gap-2">
        {proposal.clash && (
          <Notice tone="warn" title="Two networks with the same addresses" className="mb-2">
            The provider’s side uses <Num>{proposal.clash}</Num> already, and so did the home network.
            Machines could not tell them apart, so the box proposes another one.
          </Notice>
        )}
        <Field
          layout="stack"
          label="Name of the box"
          hint={
            <>
              Its page is at <Num>http://{name || 'bauta'}</Num>, and always at <Num>http://bauta.lan</Num>.
            </>
          }
          error={error('name')}
        >
          <TextInput mono className="h-10!" value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field
          layout="stack"
          label="Address of the box"
          hint={
            <>
              Machines of the household get addresses in <Num>{networkOf(`${address}/${bits}`)}</Num>.
            </>
          }
          error={error('address') ?? error('bits')}
        >
          <TextInput
            mono
            className="h-10!"
            value={network}
            onChange={(event) => setNetwork(event.target.value)}
          />
        </Field>
        {moves && (
          <Notice title="The box moves">
            From then on its page is at <Num>http://{address}</Num>. This device gets a new address by itself,
            which takes up to a minute; unplugging its cable or leaving the Wi-Fi for a moment is faster. Log
            in there, and you are at the next step.
          </Notice>
        )}
        <FormFault>{failed}</FormFault>
        <StepActions later={<LaterButton onLater={onLater} />}>
          <Button onClick={() => void onBack()}>Back</Button>
          <Button kind="primary" type="submit" busy={busy}>
            Next
          </Button>
        </StepActions>
      </form>
    </StepFrame>
  )
}

function judge(wanted: Lan, outside: readonly string[]): Fault[] {
  const judged = lanSchema.safeParse(wanted)
  if (!judged.success) return faultsOf(judged.error)
  const clash = outside.find((cidr) => overlaps(`${wanted.address}/${wanted.bits}`, cidr))
  if (!clash) return []
  const message = `the provider’s side uses ${networkOf(clash)}; take another network, such as 10.77.0.1/24`
  return [{ path: ['address'], message }]
}

'use client'

import { PORT_PRESETS, type Ports } from '@bauta/config'
import clsx from 'clsx'
import { useId } from 'react'
import { DraftField } from '../../../forms/draft-field.tsx'
import { messageAt } from '../../../forms/faults.ts'
import { FigureInput } from '../../../forms/figure-input.tsx'
import type { DraftOf } from '../../../forms/use-draft.ts'
import { Card, Field, Switch } from '../../../ui/index.ts'
import { ExplainedChoice } from './explained-choice.tsx'

const LINK_DOWN = {
  wait: 'They wait. When the same address comes back they go on; when another one comes they end.',
  forget: 'They end at once, as MASQUERADE of iptables has it.',
  keep: 'They stay until they time out, as in Linux 2.2. Nothing leaves under the old address meanwhile.',
} as const

/** How much one machine may take and open, and what a lost Internet address means. */
export function MasqueradingCard({ draft }: { draft: DraftOf<'ports'> }) {
  const value = draft.value ?? PORT_PRESETS.standard
  const set = (change: Partial<Ports>) => draft.set({ ...value, ...change })
  return (
    <Card title="Masquerading">
      <div className={clsx('grid gap-3', !draft.value && 'invisible')}>
        <DraftField
          label="Connections per machine"
          hint="How many one machine may have at a time; 0 for as many as it likes. What goes beyond is refused, and the machine is named on the page Home."
          error={messageAt(draft.faults, ['perMachine'])}
        >
          <FigureInput
            value={value.perMachine}
            onChange={(perMachine) => set({ perMachine })}
            className="max-w-28 flex-none!"
          />
        </DraftField>
        <DraftField
          label="New connections per second"
          hint="How many one machine may open in a second, in the long run; 0 for as many as it likes. What goes beyond is a flood: it is dropped, and the machine is named on the page Home."
          error={messageAt(draft.faults, ['perSecond'])}
        >
          <FigureInput
            value={value.perSecond}
            onChange={(perSecond) => set({ perSecond })}
            className="max-w-28 flex-none!"
          />
        </DraftField>
        <Field
          label="Loose UDP"
          hint={
            value.counting === 'classic'
              ? 'A UDP port in use takes packets from everybody, as old games like it (ip_masq_udp_dloose). Whoever finds the port reaches the machine.'
              : 'Only with ports taken as 2.2 did. For a game console, the page Port forwarding has an entry of its own.'
          }
        >
          <Switch
            checked={value.looseUdp}
            disabled={value.counting !== 'classic' && !value.looseUdp}
            onChange={({ target }) => set({ looseUdp: target.checked })}
          />
        </Field>
        <ExplainedChoice
          title="When the line goes down"
          explain={LINK_DOWN}
          label="Connections when the line goes down"
          value={value.linkDown}
          options={[
            { value: 'wait', label: 'Wait' },
            { value: 'forget', label: 'End' },
            { value: 'keep', label: 'Keep' },
          ]}
          onChange={(linkDown) => set({ linkDown })}
        />
        <Field
          label="Follow a new address"
          hint={
            value.linkDown === 'keep'
              ? 'What nobody has answered yet goes on under the new address when its machine sends again (ip_dynaddr): for lines that are dialled on demand.'
              : 'Only where connections are kept; otherwise a machine that sends again gets a new connection anyway.'
          }
        >
          <Switch
            checked={value.dynaddr}
            disabled={value.linkDown !== 'keep' && !value.dynaddr}
            onChange={({ target }) => set({ dynaddr: target.checked })}
          />
        </Field>
        <RereadSwitches value={value} set={set} />
      </div>
    </Card>
  )
}

interface RereadProps {
  value: Ports
  set: (change: Partial<Ports>) => void
}

function RereadSwitches({ value, set }: RereadProps) {
  const id = useId()
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset takes no part in the columns of the card
    <div
      role="group"
      aria-labelledby={id}
      className="grid gap-x-4 gap-y-1 md:grid-cols-[10rem_minmax(0,16rem)_minmax(0,1fr)] md:items-baseline"
    >
      <span id={id} className="font-medium">
        Read the rules again
      </span>
      <div className="grid justify-items-start gap-1">
        <Switch
          label="when the line comes up"
          checked={value.rereadUp}
          onChange={({ target }) => set({ rereadUp: target.checked })}
        />
        <Switch
          label="when it goes down"
          checked={value.rereadDown}
          onChange={({ target }) => set({ rereadDown: target.checked })}
        />
      </div>
      <p className="text-sm text-mute">
        As Debian’s ipmasq did: counters of rules and policies begin at zero, limits are open again, every
        live connection is judged anew. Not needed for rules to follow the line: they do by themselves.
      </p>
    </div>
  )
}

'use client'

import { type Dialin, MAX_DIALIN_ACCOUNTS, MAX_DIALIN_LINES, SECRET_KEPT, type Snapshot } from '@bauta/config'
import type { DialinStatus } from '@bauta/control/schemas'
import { DraftField } from '../../../forms/draft-field.tsx'
import { messageAt, messageExactlyAt } from '../../../forms/faults.ts'
import { SecretInput } from '../../../forms/secret-input.tsx'
import type { DraftOf } from '../../../forms/use-draft.ts'
import { Button, Card, FormFault, SkeletonRows, Switch, Tag, TextInput } from '../../../ui/index.ts'
import { withAccount, withLine } from './dialin-draft.ts'
import { DialinLineFields } from './dialin-line.tsx'

interface DialinCardProps {
  draft: DraftOf<'dialin'>
  live: DialinStatus | undefined
}

/** Lines on which the box answers calls, and who may call. */
export function DialinCard({ draft, live }: DialinCardProps) {
  const { value, snapshot } = draft
  if (!value)
    return (
      <Card title="Dialling in">
        <SkeletonRows rows={3} />
      </Card>
    )
  const on = live?.lines.filter(({ state }) => state === 'on').length ?? 0
  return (
    <Card
      title="Dialling in"
      aside={on > 0 && <Tag tone="good">{on === 1 ? '1 is on' : `${on} are on`}</Tag>}
    >
      <div className="grid gap-3">
        <p className="max-w-[80ch] text-mute">
          Somebody outside dials the number of a modem at the box, or an old machine speaks over a null-modem
          cable, and is a machine of the household then: by PPP, or by SLIP as before it.
        </p>
        <Switch
          label="Answer calls"
          checked={value.enabled}
          onChange={(event) => draft.set(switched(value, event.target.checked, snapshot))}
        />
        {(value.enabled || value.lines.length > 0 || value.accounts.length > 0) && (
          <>
            <Lines draft={draft} value={value} live={live} />
            <Accounts draft={draft} value={value} />
            <Switch
              label="Take PAP, too"
              checked={value.pap}
              onChange={(event) => draft.set({ ...value, pap: event.target.checked })}
            />
            <p className="max-w-[80ch] text-sm text-mute">
              CHAP never sends the password over the line. PAP does; only very old programs know nothing else.
            </p>
          </>
        )}
      </div>
    </Card>
  )
}

/** Whoever switches it on for the first time needs a line and an account. */
function switched(value: Dialin, enabled: boolean, around: Snapshot | undefined): Dialin {
  let next = { ...value, enabled }
  if (enabled && next.lines.length === 0) next = withLine(next, around)
  if (enabled && next.accounts.length === 0) next = withAccount(next)
  return next
}

interface PartProps {
  draft: DraftOf<'dialin'>
  value: Dialin
}

function Lines({ draft, value, live }: PartProps & Pick<DialinCardProps, 'live'>) {
  return (
    <section aria-label="Lines" className="grid gap-2">
      {value.lines.map((line, at) => (
        <DialinLineFields
          // biome-ignore lint/suspicious/noArrayIndexKey: what a line is called is edited in it
          key={at}
          at={at}
          line={line}
          live={live?.lines.find(({ device }) => device === line.device)}
          fault={(field) => messageAt(draft.faults, ['lines', at, field])}
          onChange={(next) => draft.set({ ...value, lines: value.lines.with(at, next) })}
          onRemove={() => draft.set({ ...value, lines: value.lines.toSpliced(at, 1) })}
        />
      ))}
      <FormFault>{messageExactlyAt(draft.faults, ['lines'])}</FormFault>
      <div>
        <Button
          size="small"
          disabled={value.lines.length >= MAX_DIALIN_LINES}
          onClick={() => draft.set(withLine(value, draft.snapshot))}
        >
          Add line
        </Button>
      </div>
    </section>
  )
}

function Accounts({ draft, value }: PartProps) {
  return (
    <section aria-label="Who may dial in" className="grid gap-2 border-t border-line pt-3">
      <h3 className="font-semibold">Who may dial in</h3>
      {value.accounts.map((account, at) => {
        const set = (change: Partial<typeof account>) =>
          draft.set({ ...value, accounts: value.accounts.with(at, { ...account, ...change }) })
        const kept = account.password === SECRET_KEPT
        return (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: the name is edited in it
            key={at}
            className="grid items-start gap-x-3 gap-y-1 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto]"
          >
            <DraftField layout="stack" label="Name" error={messageAt(draft.faults, ['accounts', at, 'name'])}>
              <TextInput
                mono
                autoCapitalize="none"
                value={account.name}
                onChange={(event) => set({ name: event.target.value })}
              />
            </DraftField>
            <DraftField
              layout="stack"
              label="Password"
              error={messageAt(draft.faults, ['accounts', at, 'password'])}
            >
              <SecretInput
                value={account.password}
                kept={kept || isStored(draft, account.name)}
                onChange={(password) => set({ password })}
              />
            </DraftField>
            <Button
              size="small"
              kind="quiet"
              className="justify-self-start sm:mt-7"
              aria-label={`Remove ${account.name || 'this account'}`}
              onClick={() => draft.set({ ...value, accounts: value.accounts.toSpliced(at, 1) })}
            >
              Remove
            </Button>
          </div>
        )
      })}
      <FormFault>{messageExactlyAt(draft.faults, ['accounts'])}</FormFault>
      <div>
        <Button
          size="small"
          disabled={value.accounts.length >= MAX_DIALIN_ACCOUNTS}
          onClick={() => draft.set(withAccount(value))}
        >
          Add account
        </Button>
      </div>
    </section>
  )
}

const isStored = ({ stored }: DraftOf<'dialin'>, name: string): boolean =>
  stored?.accounts.some((one) => one.name === name) ?? false

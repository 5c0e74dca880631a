'use client'

import type { SystemStatus } from '@bauta/control/schemas'
import { type ReactNode, useState } from 'react'
import { api, messageOf } from '../../../live/api.ts'
import {
  Button,
  Card,
  ConfirmButton,
  Dialog,
  DialogActions,
  Field,
  FormFault,
  TextInput,
  toast,
} from '../../../ui/index.ts'

/** Has to be typed, as the API wants it. */
const PHRASE = 'forget everything'

export function PowerCard({ system }: { system: SystemStatus | undefined }) {
  const guest = system?.kind === 'guest'
  const reboot = async () => {
    try {
      await api.post('/api/system/reboot')
      toast.note('The box starts again', 'This page goes on by itself when it is back.')
      return true
    } catch (error) {
      toast.error('The box was not restarted', messageOf(error))
      return true
    }
  }
  return (
    <Card title="Restart and reset">
      {guest && (
        <p className="mb-3 text-mute">
          Bauta is a guest on this machine: whoever runs the machine restarts it, not Bauta.
        </p>
      )}
      <div className="grid gap-3">
        <Deed text="Restart. The Internet is away for about a minute; every connection ends, settings stay.">
          <ConfirmButton
            kind="plain"
            disabled={!system || guest}
            title="Restart the box?"
            explain="Everybody in the house is offline for about a minute and every connection ends. The settings stay as they are."
            action="Restart"
            onConfirm={reboot}
          >
            Restart
          </ConfirmButton>
        </Deed>
        <Deed text="Factory reset. The box forgets every setting, device name and administrator, and is anybody’s in the house to set up again.">
          <ResetButton disabled={!system || guest} />
        </Deed>
      </div>
    </Card>
  )
}

function Deed({ text, children }: { text: string; children: ReactNode }) {
  const [title, rest] = text.split(/(?<=\.) (.*)/s)
  return (
    <div className="flex items-center justify-between gap-4 border-b border-line pb-3 last:border-b-0 last:pb-0 max-sm:flex-col max-sm:items-stretch">
      <p>
        <b className="font-semibold">{title!.slice(0, -1)}</b>
        <span className="block text-sm text-mute">{rest}</span>
      </p>
      {children}
    </div>
  )
}

function ResetButton({ disabled }: { disabled: boolean }) {
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const close = () => {
    setOpen(false)
    setTyped('')
    setFault(null)
  }
  const reset = async () => {
    setBusy(true)
    setFault(null)
    try {
      await api.post('/api/system/factory-reset', { confirm: PHRASE })
      close()
      toast.note('The box forgets everything', 'In about a minute its first page asks who owns it.')
    } catch (error) {
      setFault(messageOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button kind="danger" disabled={disabled} onClick={() => setOpen(true)}>
        Factory reset
      </Button>
      <Dialog
        open={open}
        onOpenChange={(next) => (next ? setOpen(true) : close())}
        title="Forget everything?"
        description="Every setting, the history, the names of devices and all administrators are gone afterwards, and nothing brings them back but a backup. Take one first if there may ever be a need."
      >
        <form
          className="mt-4"
          onSubmit={(event) => {
            event.preventDefault()
            if (typed === PHRASE) void reset()
          }}
        >
          <Field layout="stack" label={<>Type “{PHRASE}”</>}>
            <TextInput value={typed} onChange={(event) => setTyped(event.target.value)} />
          </Field>
          <FormFault>{fault}</FormFault>
          <DialogActions>
            <Button onClick={close}>Cancel</Button>
            <Button kind="danger" type="submit" busy={busy} disabled={typed !== PHRASE}>
              Forget everything
            </Button>
          </DialogActions>
        </form>
      </Dialog>
    </>
  )
}

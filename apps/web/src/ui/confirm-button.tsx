'use client'

import { type ReactNode, useState } from 'react'
import { Button, type ButtonLook } from './button.tsx'
import { Dialog, DialogActions } from './dialog.tsx'

interface ConfirmButtonProps extends ButtonLook {
  children: ReactNode
  /** The question, as the title: “End this connection?” */
  title: string
  /** What will happen and whether it can be undone. */
  explain: ReactNode
  /** The verb on the button that does it: “End connection”. */
  action: string
  /** Runs while the dialog shows that it is busy; the dialog closes when it resolves to anything but false. */
  onConfirm: () => Promise<unknown> | unknown
  disabled?: boolean
  className?: string
}

/** A button that asks before it does something that cannot be undone. */
export function ConfirmButton({
  children,
  title,
  explain,
  action,
  onConfirm,
  kind,
  ...rest
}: ConfirmButtonProps) {
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const confirm = async () => {
    setBusy(true)
    try {
      if ((await onConfirm()) !== false) setOpen(false)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button kind={kind ?? 'danger'} {...rest} onClick={() => setOpen(true)}>
        {children}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={title} description={explain}>
        <DialogActions>
          <Button onClick={() => setOpen(false)}>Cancel</Button>
          <Button kind="danger" busy={busy} onClick={() => void confirm()}>
            {action}
          </Button>
        </DialogActions>
      </Dialog>
    </>
  )
}

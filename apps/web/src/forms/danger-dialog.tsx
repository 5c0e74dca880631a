'use client'

import { useState } from 'react'
import { Button, Dialog, DialogActions } from '../ui/index.ts'

interface DangerDialogProps {
  /** What would happen; null: nothing to ask. */
  danger: string | null
  onCancel: () => void
  onApply: () => Promise<void>
}

/** Before a change that would lock its maker out: nobody gets through here by a second click on the same spot. */
export function DangerDialog({ danger, onCancel, onApply }: DangerDialogProps) {
  const [sure, setSure] = useState(false)
  const close = () => {
    setSure(false)
    onCancel()
  }
  return (
    <Dialog
      open={danger !== null}
      onOpenChange={(open) => !open && close()}
      title="This would cut you off from the box"
      description={
        <>
          {danger} If so, nothing is lost: the box goes back by itself after 60 seconds unless you keep the
          change.
        </>
      }
    >
      <label className="mt-4 flex items-start gap-2.5">
        <input
          type="checkbox"
          checked={sure}
          onChange={(event) => setSure(event.target.checked)}
          className="mt-1 size-4 accent-bad"
        />
        I have another way to the box, or I wait until it has gone back.
      </label>
      <DialogActions>
        <Button onClick={close}>Go on editing</Button>
        <Button
          kind="danger"
          disabled={!sure}
          onClick={() => {
            setSure(false)
            void onApply()
          }}
        >
          Apply all the same
        </Button>
      </DialogActions>
    </Dialog>
  )
}

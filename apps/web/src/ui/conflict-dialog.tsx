'use client'

import type { Noun } from '@bauta/config'
import { moment } from '../live/format.ts'
import type { Conflict } from '../live/settings.ts'
import { Button } from './button.tsx'
import { Dialog, DialogActions } from './dialog.tsx'
import { DiffList } from './diff-list.tsx'

interface ConflictDialogProps {
  conflict: Conflict<Noun> | null
  onDismiss: () => void
  /** Throw mine away and read theirs. */
  onTakeTheirs: () => void
  /** Save mine on top of theirs; the revision to name as the base. */
  onSaveMine: (base: number) => void
}

/** Somebody else saved first: shows who, when and what, and asks. Nothing was overwritten. */
export function ConflictDialog({ conflict, onDismiss, onTakeTheirs, onSaveMine }: ConflictDialogProps) {
  if (!conflict) return null
  const { author, at, revision } = conflict.current
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDismiss()}
      size="wide"
      title="Somebody else saved first"
      description={
        <>
          <b className="text-ink">{author}</b> made revision {revision} ({moment(at, Date.now())}) while you
          were editing. Nothing of theirs was overwritten, nothing of yours was saved. The difference:
        </>
      }
    >
      <DiffList lines={conflict.diff} className="mt-3 min-h-0 overflow-y-auto" />
      <DialogActions>
        <Button onClick={onDismiss}>Go on editing</Button>
        <Button onClick={onTakeTheirs}>Take theirs, drop mine</Button>
        <Button kind="danger" onClick={() => onSaveMine(revision)}>
          Save mine over theirs
        </Button>
      </DialogActions>
    </Dialog>
  )
}

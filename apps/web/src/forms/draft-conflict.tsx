'use client'

import { describeNoun, type Noun } from '@bauta/config'
import { moment } from '../live/format.ts'
import { Button, Dialog, DialogActions } from '../ui/index.ts'
import type { DraftOf } from './use-draft.ts'

/** Somebody else was faster: what they did, what I did, and the two ways on. Nothing was overwritten. */
export function DraftConflict<N extends Noun>({ draft }: { draft: DraftOf<N> }) {
  const { conflict, origin } = draft
  if (!conflict) return null
  const { author, at, revision, value } = conflict.current
  const who = author === draft.author ? 'You, in another window,' : author
  const theirs = origin ? describeNoun(draft.noun, origin, value) : conflict.diff
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && draft.dismissConflict()}
      size="wide"
      title="Somebody else saved first"
      description={
        <>
          <b className="text-ink">{who}</b> made revision {revision} ({moment(at, Date.now())}) while you were
          editing. Nothing of theirs was overwritten, nothing of yours was applied, and your draft is kept.
        </>
      }
    >
      <div className="mt-4 grid min-h-0 gap-4 overflow-y-auto sm:grid-cols-2">
        <Sentences
          title={author === draft.author ? 'What you changed there' : `What ${author} changed`}
          lines={theirs}
        />
        <Sentences
          title={author === draft.author ? 'What you changed here' : 'What you changed'}
          lines={draft.words}
        />
      </div>
      <DialogActions>
        <Button onClick={draft.dismissConflict}>Go on looking</Button>
        <Button onClick={() => void draft.takeTheirs()}>Take theirs, drop mine</Button>
        <Button kind="primary" onClick={() => void draft.putOnTop(conflict)}>
          Put mine on top
        </Button>
      </DialogActions>
      <p className="mt-2 text-right text-sm text-mute">
        “Put mine on top” only prepares it: you see the result before you apply it.
      </p>
    </Dialog>
  )
}

function Sentences({ title, lines }: { title: string; lines: readonly string[] }) {
  return (
    <section>
      <h3 className="mb-1.5 font-semibold">{title}</h3>
      {lines.length === 0 ? (
        <p className="text-mute">Nothing that shows here.</p>
      ) : (
        <ul className="grid gap-1 rounded-control border border-line bg-sunken px-3 py-2">
          {lines.map((line, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same sentence may stand twice
            <li key={i}>{line}</li>
          ))}
        </ul>
      )}
    </section>
  )
}

'use client'

import { describeChange, NOUNS, type Snapshot } from '@bauta/config'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { cutOff } from '../../../forms/cut-off.ts'
import { same } from '../../../forms/merge.ts'
import { ApiError, api, messageOf } from '../../../live/api.ts'
import { plural } from '../../../live/format.ts'
import { useSession } from '../../../live/session.ts'
import { REVISIONS_KEY, type SaveReply, SETTINGS_KEY, useSettings } from '../../../live/settings.ts'
import { useStatus } from '../../../live/use-live.ts'
import { Button, Dialog, DialogActions, Notice, toast } from '../../../ui/index.ts'
import type { Revision } from './revisions.ts'

interface RestoreDialogProps {
  revision: Revision
  onClose: () => void
}

/** What going back would change, in words and in live connections, before anybody goes back. */
export function RestoreDialog({ revision, onClose }: RestoreDialogProps) {
  const client = useQueryClient()
  const { snapshot, revision: current } = useSettings('rules')
  const [busy, setBusy] = useState(false)
  const [sure, setSure] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const danger = useDanger(snapshot, revision.snapshot)
  const cut = useCut(snapshot, revision.snapshot, current?.number)
  const lines = snapshot ? describeChange(snapshot, revision.snapshot) : []

  const restore = async () => {
    if (!current) return
    setBusy(true)
    setFault(null)
    try {
      const reply = await api.post<SaveReply>(`/api/revisions/${revision.number}/restore`, {
        base: current.number,
      })
      toast.success(`Revision ${revision.number} is back, as revision ${reply.revision}`)
      onClose()
    } catch (error) {
      // Somebody saved meanwhile: the list above is drawn anew against what is in force now.
      setFault(
        error instanceof ApiError && error.status === 409
          ? 'Somebody saved meanwhile, and nothing was changed. The list above now compares with what they saved: look at it, then restore again.'
          : messageOf(error),
      )
    } finally {
      setBusy(false)
      await client.invalidateQueries({ queryKey: SETTINGS_KEY })
      void client.invalidateQueries({ queryKey: REVISIONS_KEY })
    }
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="wide"
      title={`Restore revision ${revision.number}?`}
      description={`It becomes revision ${(current?.number ?? 0) + 1}; everything in between stays in the history and can be restored the same way. This would change:`}
    >
      <ul className="mt-3 grid min-h-0 gap-1 overflow-y-auto rounded-control border border-line bg-sunken px-3 py-2">
        {lines.map((line, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same sentence may stand twice
          <li key={i} className="break-words">
            {line}
          </li>
        ))}
        {lines.length === 0 && <li className="text-mute">Nothing: the settings in force are the same.</li>}
      </ul>
      <p className="mt-2 min-h-5 text-mute" aria-live="polite">
        {cut}
      </p>
      {danger && (
        <Notice tone="bad" title="This would cut you off from the box" className="mt-2">
          {danger}
          <label className="mt-2 flex items-start gap-2.5">
            <input
              type="checkbox"
              checked={sure}
              onChange={(event) => setSure(event.target.checked)}
              className="mt-1 size-4 accent-bad"
            />
            I have another way to the box, or I know how to set it back.
          </label>
        </Notice>
      )}
      {fault && (
        <Notice tone="bad" live className="mt-2">
          {fault}
        </Notice>
      )}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          kind={danger ? 'danger' : 'primary'}
          busy={busy}
          disabled={lines.length === 0 || (danger !== null && !sure)}
          onClick={() => void restore()}
        >
          Restore
        </Button>
      </DialogActions>
    </Dialog>
  )
}

function useDanger(now: Snapshot | undefined, then: Snapshot): string | null {
  const { data: status } = useStatus()
  const peer = useSession().data?.address ?? null
  return now && status ? cutOff(now, then, status.interfaces, peer) : null
}

/** The dry run of every noun that differs. @returns a sentence about live connections */
function useCut(now: Snapshot | undefined, then: Snapshot, base: number | undefined): string {
  const differing = now ? NOUNS.filter((noun) => !same(now[noun], then[noun])) : []
  const { data, error } = useQuery({
    queryKey: ['check', 'restore', base, JSON.stringify(then)],
    queryFn: () =>
      Promise.all(
        differing.map((noun) =>
          api.post<{ cut: number }>(`/api/settings/${noun}/check`, { base, value: then[noun] }),
        ),
      ),
    enabled: differing.length > 0 && base !== undefined,
    retry: false,
    gcTime: 10_000,
  })
  if (error) return error.message
  if (!data) return differing.length > 0 ? 'Asking what it would do …' : ''
  const cut = data.reduce((sum, reply) => sum + reply.cut, 0)
  return cut === 0
    ? 'It would cut no live connection.'
    : `It would cut ${data.length > 1 ? 'up to ' : ''}${plural(cut, 'live connection')}.`
}

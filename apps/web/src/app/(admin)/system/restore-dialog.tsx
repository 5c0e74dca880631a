'use client'

import type { Fault } from '@bauta/config'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError, api, messageOf, pathName } from '../../../live/api.ts'
import { moment, plural } from '../../../live/format.ts'
import { REVISIONS_KEY, type SaveReply, SETTINGS_KEY, useSettings } from '../../../live/settings.ts'
import { Button, Dialog, DialogActions, Notice, SkeletonRows, toast } from '../../../ui/index.ts'
import { PasswordInput } from '../../../ui/password-input.tsx'

interface RestoreDialogProps {
  name: string
  /** What the file holds; the box looks whether it is a backup. */
  file: unknown
  onClose: () => void
}

interface CheckReply {
  summary: string[]
  cut: number
  made: { version: string; at: number; revision: number }
}

/** What a backup would change, in words, before it changes anything. */
export function RestoreDialog({ name, file, onClose }: RestoreDialogProps) {
  const client = useQueryClient()
  const base = useSettings('rules').revision?.number
  const [password, setPassword] = useState<string | null>(null)
  const [typed, setTyped] = useState('')
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<ApiError | null>(null)
  const check = useQuery({
    queryKey: ['check', 'backup', base, password, name, file],
    queryFn: () => api.post<CheckReply>('/api/restore/check', { base, file, password }),
    enabled: base !== undefined,
    retry: false,
    gcTime: 0,
  })
  const refusal = fault ?? (check.error instanceof ApiError ? check.error : null)
  const locked = refusal?.body.locked === true
  const restore = async () => {
    setBusy(true)
    setFault(null)
    try {
      const reply = await api.post<SaveReply>('/api/restore', { base, file, password })
      toast.success(`The backup is in force, as revision ${reply.revision}`)
      onClose()
    } catch (error) {
      setFault(error instanceof ApiError ? error : new ApiError(0, messageOf(error)))
    } finally {
      setBusy(false)
      await client.invalidateQueries({ queryKey: SETTINGS_KEY })
      void client.invalidateQueries({ queryKey: REVISIONS_KEY })
    }
  }
  const { data } = check
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="wide"
      title={
        locked
          ? 'This backup is encrypted'
          : refusal
            ? 'This file cannot be restored'
            : 'Restore this backup?'
      }
      description={
        <>
          <span className="num">{name}</span>
          {data && (
            <>
              , made {moment(data.made.at, Date.now())} by Bauta {data.made.version}, of its revision{' '}
              {data.made.revision}. This would change:
            </>
          )}
        </>
      }
    >
      {locked ? (
        <Unlock
          typed={typed}
          wrong={password !== null && !check.isFetching}
          busy={check.isFetching}
          onType={setTyped}
          onCancel={onClose}
          onUnlock={() => setPassword(typed)}
        />
      ) : (
        <>
          {refusal ? (
            <Refusal message={refusal.message} faults={refusal.faults} />
          ) : data ? (
            <Effect summary={data.summary} cut={data.cut} />
          ) : (
            <SkeletonRows rows={3} className="mt-3" />
          )}
          <DialogActions>
            <Button onClick={onClose}>{refusal ? 'Close' : 'Cancel'}</Button>
            {!refusal && (
              <Button
                kind="primary"
                busy={busy}
                disabled={!data || data.summary.length === 0}
                onClick={() => void restore()}
              >
                Restore
              </Button>
            )}
          </DialogActions>
        </>
      )}
    </Dialog>
  )
}

function Effect({ summary, cut }: { summary: readonly string[]; cut: number }) {
  return (
    <>
      <ul className="mt-3 grid min-h-0 gap-1 overflow-y-auto rounded-control border border-line bg-sunken px-3 py-2">
        {summary.map((line, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same sentence may stand twice
          <li key={i} className="break-words">
            {line}
          </li>
        ))}
        {summary.length === 0 && <li className="text-mute">Nothing: the settings in force are the same.</li>}
      </ul>
      {summary.length > 0 && (
        <p className="mt-2 text-mute">
          {cut === 0 ? 'It would cut no live connection.' : `It would cut ${plural(cut, 'live connection')}.`}{' '}
          The settings of today stay in the history.
        </p>
      )}
    </>
  )
}

function Refusal({ message, faults }: { message: string; faults: readonly Fault[] }) {
  return (
    <Notice tone="bad" live className="mt-3">
      {message}
      {faults.length > 0 && (
        <ul className="mt-1 grid max-h-48 gap-1 overflow-y-auto">
          {faults.slice(0, 8).map((fault) => (
            <li key={pathName(fault.path) + fault.message} className="break-words">
              <span className="num">{pathName(fault.path) || 'file'}</span>: {fault.message}
            </li>
          ))}
          {faults.length > 8 && <li>and {faults.length - 8} more</li>}
        </ul>
      )}
    </Notice>
  )
}

interface UnlockProps {
  typed: string
  wrong: boolean
  busy: boolean
  onType: (text: string) => void
  onCancel: () => void
  onUnlock: () => void
}

function Unlock({ typed, wrong, busy, onType, onCancel, onUnlock }: UnlockProps) {
  return (
    <form
      className="mt-4"
      onSubmit={(event) => {
        event.preventDefault()
        onUnlock()
      }}
    >
      <PasswordInput
        label="Password of the backup"
        autoComplete="current-password"
        value={typed}
        error={wrong ? 'The password is wrong, or the file was changed after the box made it.' : undefined}
        onChange={(event) => onType(event.target.value)}
      />
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button kind="primary" type="submit" busy={busy} disabled={typed === ''}>
          Open
        </Button>
      </DialogActions>
    </form>
  )
}

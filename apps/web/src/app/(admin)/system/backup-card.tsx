'use client'

import { useRef, useState } from 'react'
import { ApiError, api, messageOf } from '../../../live/api.ts'
import { Button, Card, FormFault, Switch, toast } from '../../../ui/index.ts'
import { PasswordInput } from '../../../ui/password-input.tsx'
import { backupIn, fileName, saveFile } from './backup-file.ts'
import { RestoreDialog } from './restore-dialog.tsx'

/** A copy of all settings, and the way back from one. */
export function BackupCard() {
  return (
    <Card title="Backup">
      <p className="mb-3 text-mute">
        One file with every setting, for the day this box breaks or the next one comes. Administrators are not
        in it.
      </p>
      <Download />
      <Restore />
    </Card>
  )
}

function Download() {
  const [locked, setLocked] = useState(false)
  const [password, setPassword] = useState('')
  const [fault, setFault] = useState<string>()
  const [busy, setBusy] = useState(false)
  const download = async () => {
    setBusy(true)
    setFault(undefined)
    try {
      const backup = locked
        ? await api.post<{ revision: number }>('/api/backup', { password })
        : await api.get<{ revision: number }>('/api/backup')
      saveFile(fileName(backup, new Date()), `${JSON.stringify(backup, null, 1)}\n`)
      toast.success(
        `Backup of revision ${backup.revision} is in your downloads`,
        locked ? 'Without its password nobody can read it, you neither.' : '',
      )
    } catch (error) {
      setFault(error instanceof ApiError ? (error.faults[0]?.message ?? error.message) : messageOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form
      className="grid justify-items-start gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        void download()
      }}
    >
      <Switch
        label="Encrypt it with a password"
        checked={locked}
        onChange={(event) => {
          setLocked(event.target.checked)
          setFault(undefined)
        }}
      />
      {locked ? (
        <div className="w-full max-w-sm">
          <PasswordInput
            label="Password of the backup"
            autoComplete="new-password"
            value={password}
            error={fault}
            onChange={(event) => setPassword(event.target.value)}
          />
        </div>
      ) : (
        <p className="text-sm text-mute">
          Without, anybody who has the file reads your provider’s password in it: keep it as you keep keys.
        </p>
      )}
      {!locked && <FormFault>{fault}</FormFault>}
      <Button type="submit" busy={busy} disabled={locked && password === ''}>
        Download backup
      </Button>
    </form>
  )
}

function Restore() {
  const input = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState<{ name: string; content: unknown } | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const choose = async (chosen: File | undefined) => {
    setFault(null)
    if (!chosen) return
    const read = await backupIn(chosen)
    if (typeof read === 'string') setFault(read)
    else setFile({ name: chosen.name, content: read.content })
    // The same file once more is a choice too.
    if (input.current) input.current.value = ''
  }
  return (
    <div className="mt-4 grid justify-items-start gap-2 border-t border-line pt-4">
      <p className="text-sm text-mute">
        Restoring shows first what would change. It becomes a revision like any other and can be taken back.
      </p>
      <FormFault>{fault}</FormFault>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        aria-label="Backup file"
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => void choose(event.target.files?.[0])}
      />
      <Button onClick={() => input.current?.click()}>Restore from a file …</Button>
      {file && <RestoreDialog name={file.name} file={file.content} onClose={() => setFile(null)} />}
    </div>
  )
}

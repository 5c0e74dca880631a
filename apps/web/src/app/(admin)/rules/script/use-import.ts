'use client'

/** A script on its way in: asked what it would do, then carried out as one revision that goes back by itself unless it is kept. */
import type { ScriptChecked } from '@bauta/control/commands'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError, api, messageOf } from '../../../../live/api.ts'
import { REVISIONS_KEY, type SaveReply, SETTINGS_KEY } from '../../../../live/settings.ts'
import { waiting } from '../../../../live/waiting.ts'
import { toast } from '../../../../ui/index.ts'

/** Long enough to see that the page still answers. */
const CONFIRM_SECONDS = 60

export interface ImportRequest {
  text: string
  variables: Record<string, string>
  interfaces: Record<string, string>
}

export function useImport() {
  const client = useQueryClient()
  const [shown, setShown] = useState<{ request: ImportRequest; checked: ScriptChecked } | null>(null)
  const [busy, setBusy] = useState<'check' | 'take' | null>(null)
  const [fault, setFault] = useState<string | null>(null)

  const attempt = async (what: 'check' | 'take', act: () => Promise<void>) => {
    setBusy(what)
    setFault(null)
    try {
      await act()
    } catch (error) {
      const faults = error instanceof ApiError ? error.faults.map(({ message }) => message) : []
      setFault([messageOf(error), ...faults.slice(0, 5)].join(' '))
    } finally {
      setBusy(null)
    }
  }

  const check = (request: ImportRequest) =>
    attempt('check', async () => {
      setShown({ request, checked: await api.post<ScriptChecked>('/api/script/check', request) })
    })

  const take = () =>
    attempt('take', async () => {
      if (!shown) return
      const { request, checked } = shown
      const reply = await api.post<SaveReply>('/api/script', {
        ...request,
        base: checked.base,
        confirm: CONFIRM_SECONDS,
      })
      await client.invalidateQueries({ queryKey: SETTINGS_KEY })
      void client.invalidateQueries({ queryKey: REVISIONS_KEY })
      if (reply.pending) waiting.begin({ ...reply.pending, at: null, code: reply.code ?? '' })
      toast.success(`The script is in force: revision ${reply.revision}`)
      setShown(null)
    })

  return { shown, busy, fault, check, take, forget: () => setShown(null) }
}

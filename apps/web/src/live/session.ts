'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api, onSessionEnd, rememberCsrf } from './api.ts'

export interface Session {
  state: 'unclaimed' | 'anonymous' | 'in'
  name?: string
  csrf?: string
  /** This browser's address, as the box sees it. */
  address?: string
  /** How long a session may rest before it ends. */
  idleSeconds: number
  /** How far the first run has come; null: it is over, or there is nothing to ask. */
  setup?: { step: SetupStep; aside: boolean } | null
}

export type SetupStep = 'recovery' | 'internet' | 'home' | 'check' | 'done'

export const SESSION_KEY = ['session'] as const

async function readSession(): Promise<Session> {
  const session = await api.get<Session>('/api/session')
  rememberCsrf(session.csrf)
  return session
}

/** Who is logged in; follows the end of the session at once. */
export function useSession() {
  const client = useQueryClient()
  useEffect(() => onSessionEnd(() => void client.invalidateQueries({ queryKey: SESSION_KEY })), [client])
  return useQuery({
    queryKey: SESSION_KEY,
    queryFn: readSession,
    staleTime: 30_000,
    retry: Infinity,
    retryDelay: 2000,
  })
}

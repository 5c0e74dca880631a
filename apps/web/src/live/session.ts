'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api, onSessionEnd, rememberCsrf } from './api.ts'

export interface Session {
  state: 'unclaimed' | 'anonymous' | 'in'
  name?: string
  csrf?: string
  /** How long a session may rest before it ends. */
  idleSeconds: number
}

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

/** @returns only paths of this site: `next` comes from the address bar, which anybody can write */
export function safeNext(next: string | null | undefined): string {
  return next && /^\/(?![/\\])/.test(next) && !/^\/(login|setup)\b/.test(next) ? next : '/'
}

/** Where to log in, and where to return to afterwards. */
export function loginPath(here: string, why?: 'ended' | 'out'): string {
  const query = new URLSearchParams()
  if (here !== '/') query.set('next', here)
  if (why) query.set('why', why)
  const text = query.toString()
  return text ? `/login?${text}` : '/login'
}

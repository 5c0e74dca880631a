'use client'

import type { InternetStatus } from '@bauta/control/schemas'
import { useEffect, useRef, useState } from 'react'
import { ApiError, api } from '../../live/api.ts'

/** A DHCP server may take its time; PPPoE with RFC 4638 tries twice. */
const PATIENCE_MS = 30_000
const LOOK_EVERY_MS = 1000

/** Waits until a connection that was just set up is there, or tells why it is not. */
export function useComesUp() {
  const [waiting, setWaiting] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const alive = useRef(true)
  useEffect(() => {
    alive.current = true
    return () => {
      alive.current = false
    }
  }, [])

  const wait = async (name: string): Promise<boolean> => {
    setWaiting(true)
    setProblem(null)
    const outcome = await watch(name, () => alive.current)
    if (!alive.current) return false
    setWaiting(false)
    setProblem(outcome)
    return outcome === null
  }
  return { waiting, problem, wait, forget: () => setProblem(null) }
}

/** @returns null: it is up; otherwise what went wrong */
async function watch(name: string, goOn: () => boolean): Promise<string | null> {
  const until = Date.now() + PATIENCE_MS
  let last = `Nobody answered within ${PATIENCE_MS / 1000} seconds. Look at the cable to the modem.`
  while (goOn() && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    try {
      const { connections } = await api.get<InternetStatus>('/api/internet')
      const found = connections.find((connection) => connection.name === name)
      if (found?.state === 'up') return null
      if (found?.problem) last = found.problem
      if (found?.state === 'failed') return last
    } catch (error) {
      // The box may be busy taking the new settings; who is not logged in any more is sent to the login.
      if (error instanceof ApiError && error.status === 401) return error.message
    }
  }
  return last
}

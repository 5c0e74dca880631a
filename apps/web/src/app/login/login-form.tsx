'use client'

import { useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { api } from '../../live/api.ts'
import { SESSION_KEY, useSession } from '../../live/session.ts'
import { NameAndPassword } from '../../passwords/name-and-password.tsx'

export function LoginForm({ next }: { next: string }) {
  const router = useRouter()
  const client = useQueryClient()
  const { data: session } = useSession()

  useEffect(() => {
    // A first run that is not over goes on where it was, unless somebody wanted to go elsewhere.
    const unfinished = session?.setup && !session.setup.aside && next === '/'
    if (session?.state === 'in') router.replace(unfinished ? '/setup' : next)
    if (session?.state === 'unclaimed') router.replace('/setup')
  }, [session, next, router])

  const logIn = async (name: string, password: string) => {
    await api.post('/api/login', { name, password })
    await client.invalidateQueries({ queryKey: SESSION_KEY })
  }

  return (
    <NameAndPassword label="Name" onTry={logIn}>
      <p className="mt-2 text-center text-sm text-mute">
        <Link href="/recover" prefetch={false} className="underline decoration-edge hover:decoration-current">
          Forgotten the password?
        </Link>
        <span aria-hidden> · </span>
        <Link href="/dial" prefetch={false} className="underline decoration-edge hover:decoration-current">
          Only connect or hang up
        </Link>
      </p>
    </NameAndPassword>
  )
}

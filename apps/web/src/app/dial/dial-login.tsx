'use client'

import Link from 'next/link'
import { api } from '../../live/api.ts'
import { NameAndPassword } from '../../passwords/name-and-password.tsx'

export function DialLogin({ onIn }: { onIn: () => Promise<unknown> }) {
  const logIn = async (name: string, password: string) => {
    await api.post('/api/dial/login', { name, password })
    await onIn()
  }
  return (
    <NameAndPassword label="Your name" onTry={logIn}>
      <p className="mt-2 text-sm text-mute">
        The administrator of the box gives name and password.{' '}
        <Link
          href="/login"
          prefetch={false}
          className="text-ink underline decoration-edge hover:decoration-current"
        >
          Administration
        </Link>
      </p>
    </NameAndPassword>
  )
}

import type { Metadata } from 'next'
import { safeNext } from '../../live/safe-next.ts'
import { Entrance } from '../../ui/entrance.tsx'
import { LoginForm } from './login-form.tsx'

export const metadata: Metadata = { title: 'Log in' }

const LEADS: Record<string, string> = {
  ended: 'Your session ended because nothing happened for a while. Log in, and you are back where you were.',
  out: 'You are logged out.',
}

interface LoginPageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function LoginPage({ searchParams }: LoginPageProps) {
  const { next, why } = await searchParams
  return (
    <Entrance title="Log in" lead={LEADS[String(why)] ?? 'Administration of your home router.'}>
      <LoginForm next={safeNext(typeof next === 'string' ? next : null)} />
    </Entrance>
  )
}

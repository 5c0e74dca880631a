import type { Metadata } from 'next'
import { PageHeader } from '../../../ui/index.ts'
import { PasswordCard } from './password-card.tsx'
import { RecoveryCard } from './recovery-card.tsx'

export const metadata: Metadata = { title: 'Password and recovery' }

export default function Page() {
  return (
    <>
      <PageHeader
        title="Password and recovery"
        lead="Both are yours alone; the box keeps only their hashes."
      />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <PasswordCard />
        <RecoveryCard />
      </div>
    </>
  )
}

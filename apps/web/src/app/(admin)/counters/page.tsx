import type { Metadata } from 'next'
import { Suspense } from 'react'
import { CountersPage } from './counters-page.tsx'

export const metadata: Metadata = { title: 'Counters' }

export default function Page() {
  return (
    <Suspense>
      <CountersPage />
    </Suspense>
  )
}

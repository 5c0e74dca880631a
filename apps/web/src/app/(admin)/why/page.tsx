import type { Metadata } from 'next'
import { Suspense } from 'react'
import { WhyPage } from './why-page.tsx'

export const metadata: Metadata = { title: 'Why?' }

export default function Page() {
  return (
    <Suspense>
      <WhyPage />
    </Suspense>
  )
}

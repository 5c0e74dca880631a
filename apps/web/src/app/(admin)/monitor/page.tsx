import type { Metadata } from 'next'
import { Suspense } from 'react'
import { MonitorPage } from './monitor-page.tsx'

export const metadata: Metadata = { title: 'Monitor' }

export default function Page() {
  return (
    <Suspense>
      <MonitorPage />
    </Suspense>
  )
}

import type { Metadata } from 'next'
import { Suspense } from 'react'
import { Connections } from './connections.tsx'

export const metadata: Metadata = { title: 'Connections' }

export default function ConnectionsPage() {
  return (
    <Suspense>
      <Connections />
    </Suspense>
  )
}

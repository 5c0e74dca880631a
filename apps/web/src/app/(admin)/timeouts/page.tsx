import type { Metadata } from 'next'
import { TimeoutsPage } from './timeouts-page.tsx'

export const metadata: Metadata = { title: 'Timeouts' }

export default function Page() {
  return <TimeoutsPage />
}

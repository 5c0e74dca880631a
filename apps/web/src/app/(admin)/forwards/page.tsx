import type { Metadata } from 'next'
import { ForwardsPage } from './forwards-page.tsx'

export const metadata: Metadata = { title: 'Port forwarding' }

export default function Page() {
  return <ForwardsPage />
}

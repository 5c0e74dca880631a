import type { Metadata } from 'next'
import { NetworkPage } from './network-page.tsx'

export const metadata: Metadata = { title: 'Network' }

export default function Page() {
  return <NetworkPage />
}

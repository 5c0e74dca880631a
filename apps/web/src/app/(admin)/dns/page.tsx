import type { Metadata } from 'next'
import { DnsPage } from './dns-page.tsx'

export const metadata: Metadata = { title: 'DNS' }

export default function Page() {
  return <DnsPage />
}

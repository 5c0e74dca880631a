import type { Metadata } from 'next'
import { HelpersPage } from './helpers-page.tsx'

export const metadata: Metadata = { title: 'Helpers' }

export default function Page() {
  return <HelpersPage />
}

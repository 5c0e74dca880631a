import type { Metadata } from 'next'
import { InternetPage } from './internet-page.tsx'

export const metadata: Metadata = { title: 'Internet' }

export default function Page() {
  return <InternetPage />
}

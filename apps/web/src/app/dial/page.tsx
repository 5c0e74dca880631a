import type { Metadata } from 'next'
import { DialPage } from './dial-page.tsx'

export const metadata: Metadata = { title: 'Connect' }

export default function Page() {
  return <DialPage />
}

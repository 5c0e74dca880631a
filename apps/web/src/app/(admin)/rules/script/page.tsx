import type { Metadata } from 'next'
import { ScriptPage } from './script-page.tsx'

export const metadata: Metadata = { title: 'Rules as a script' }

export default function Page() {
  return <ScriptPage />
}

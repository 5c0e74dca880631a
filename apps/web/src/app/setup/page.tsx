import type { Metadata } from 'next'
import { Wizard } from './wizard.tsx'

export const metadata: Metadata = { title: 'First run' }

export default function SetupPage() {
  return <Wizard />
}

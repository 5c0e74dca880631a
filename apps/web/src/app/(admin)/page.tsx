import type { Metadata } from 'next'
import { Home } from './_home/home.tsx'

export const metadata: Metadata = { title: { absolute: 'Bauta' } }

export default function HomePage() {
  return <Home />
}

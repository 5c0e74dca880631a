import type { Metadata } from 'next'
import { Recover } from './recover.tsx'

export const metadata: Metadata = { title: 'Recovery' }

export default function RecoverPage() {
  return <Recover />
}

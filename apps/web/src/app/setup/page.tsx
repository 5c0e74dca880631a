import type { Metadata } from 'next'
import { Entrance } from '../../ui/entrance.tsx'
import { SetupForm } from './setup-form.tsx'

export const metadata: Metadata = { title: 'First administrator' }

export default function SetupPage() {
  return (
    <Entrance
      title="Make this box yours"
      lead={
        <>
          It has no password yet, and no factory one either. The first administrator is made here, once, and
          only from the home network.
        </>
      }
    >
      <SetupForm />
    </Entrance>
  )
}

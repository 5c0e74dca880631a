import type { Metadata } from 'next'
import { Entrance } from '../../ui/entrance.tsx'
import { KeepForm } from './keep-form.tsx'

export const metadata: Metadata = { title: 'Keep the new address' }

/** At the box's new address: that somebody arrives here shows that it can be reached. */
export default function Page() {
  return (
    <Entrance title="The box is here now" lead="You reached it at its new address in the house.">
      <KeepForm />
    </Entrance>
  )
}

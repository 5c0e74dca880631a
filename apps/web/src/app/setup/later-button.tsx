'use client'

import { Button } from '../../ui/button.tsx'

/** The box works meanwhile with what it has; Home leads back here. */
export function LaterButton({ onLater }: { onLater: () => Promise<void> }) {
  return (
    <Button kind="quiet" onClick={() => void onLater()} className="text-mute sm:-ml-3">
      Leave this for later
    </Button>
  )
}

'use client'

import { useState } from 'react'
import { MakeRecoveryCode } from '../../../passwords/make-recovery-code.tsx'
import { RecoveryCode } from '../../../passwords/recovery-code.tsx'
import { Card, Notice } from '../../../ui/index.ts'

export function RecoveryCard() {
  const [code, setCode] = useState<string | null>(null)
  return (
    <Card title="Recovery code">
      {code ? (
        <div className="grid gap-3">
          <RecoveryCode code={code} />
          <Notice tone="warn" title="It is shown only now">
            Write it down, or keep it in a password manager. The code before it is worth nothing any more.
          </Notice>
        </div>
      ) : (
        <div className="max-w-md">
          <p className="mb-2 text-mute">
            Who forgets the password can set a new one with this code, once, from the home network. A new code
            takes the place of the one before.
          </p>
          <MakeRecoveryCode label="Make a new code" onCode={setCode} />
        </div>
      )}
    </Card>
  )
}

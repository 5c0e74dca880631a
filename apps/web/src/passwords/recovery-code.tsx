'use client'

import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'

interface RecoveryCodeProps {
  code: string
}

/** The code in letters that can be read and written down; it is never shown again. */
export function RecoveryCode({ code }: RecoveryCodeProps) {
  const save = () => {
    const text = `Recovery code of the home router at ${window.location.host}\n\n${code}\n\nWith it a new password can be set from the home network, once:\n${window.location.origin}/recover\n`
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
    link.download = 'bauta-recovery-code.txt'
    link.click()
    URL.revokeObjectURL(link.href)
  }
  return (
    <div className="rounded-card border border-line bg-sunken px-4 py-3.5">
      <p className="num text-lg font-semibold tracking-wide break-words select-all" data-recovery-code>
        {code}
      </p>
      <div className="mt-2.5 flex gap-2">
        <CopyButton text={code} />
        <Button size="small" onClick={save}>
          Save as a file
        </Button>
      </div>
    </div>
  )
}

'use client'

import { useState } from 'react'
import { LinkButton, PageHeader, Segmented } from '../../../../ui/index.ts'
import { ExportCard } from './export-card.tsx'
import { ImportCard } from './import-card.tsx'

const WAYS = [
  { value: 'import', label: 'Import' },
  { value: 'export', label: 'Export' },
] as const

/** Rules in the words of ipchains, ipfwadm and iptables: brought in from elsewhere, taken out to print or to keep. */
export function ScriptPage() {
  const [way, setWay] = useState<'import' | 'export'>('import')
  return (
    <>
      <PageHeader
        title="Rules as a script"
        lead="A firewall script from another machine, or from years ago: see what each line becomes before anything changes. Or take the rules of this box with you."
        actions={
          <>
            <Segmented label="Import or export" value={way} options={WAYS} onChange={setWay} />
            <LinkButton href="/rules">Back to the rules</LinkButton>
          </>
        }
      />
      {way === 'import' ? <ImportCard /> : <ExportCard />}
    </>
  )
}

'use client'

import { DraftBar, DraftBars } from '../../../forms/draft-bar.tsx'
import { useDraft } from '../../../forms/use-draft.ts'
import { GoodToKnow } from '../../../help/good-to-know.tsx'
import { Notice, PageHeader } from '../../../ui/index.ts'
import { BackupCard } from './backup-card.tsx'
import { DaemonsCard } from './daemons-card.tsx'
import { LogCard } from './log-card.tsx'
import { MachineCard } from './machine-card.tsx'
import { PowerCard } from './power-card.tsx'
import { ShellCard } from './shell-card.tsx'
import { SystemFigures } from './system-figures.tsx'
import { useSystem } from './use-system.ts'

export function SystemPage() {
  const { data: system } = useSystem()
  const draft = useDraft('access')
  return (
    <>
      <PageHeader
        title="System"
        lead="The machine itself: how it is doing, what runs on it, what it says, and how to keep a copy of its settings."
      />
      <DraftBars>
        <DraftBar draft={draft} />
      </DraftBars>
      {system && !system.disk.writable && (
        <Notice tone="bad" title="The disk takes nothing more" className="mb-4">
          Packets go on and the box keeps its settings, but no change can be saved. Restart the box; if that
          does not help, its disk is full or broken, so download a backup now.
        </Notice>
      )}
      <SystemFigures system={system} />
      <div className="mt-4 grid items-start gap-4 xl:grid-cols-2">
        <div className="grid gap-4">
          <DaemonsCard system={system} />
          <MachineCard system={system} />
        </div>
        <div className="grid gap-4">
          <BackupCard />
          <ShellCard draft={draft} guest={system?.kind === 'guest'} />
          <PowerCard system={system} />
        </div>
      </div>
      <LogCard />
      <div className="mt-4">
        <GoodToKnow page="system" />
      </div>
    </>
  )
}

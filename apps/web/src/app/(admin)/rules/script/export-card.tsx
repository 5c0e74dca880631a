'use client'

import { type ExportLanguage, languagesOf } from '@bauta/chains'
import { useState } from 'react'
import { LoadFault } from '../../../../forms/load-fault.tsx'
import { useSettings } from '../../../../live/settings.ts'
import { Button, Card, CopyButton, Notice, Segmented, SkeletonRows } from '../../../../ui/index.ts'
import { saveFile } from '../../system/backup-file.ts'
import { exportedText } from './export-text.ts'

/** The rules in force, to copy, to keep as a file, or on paper. */
export function ExportCard() {
  const { value: rules, snapshot, revision, error } = useSettings('rules')
  const [chosen, setChosen] = useState<ExportLanguage | null>(null)
  if (error && !rules) return <LoadFault title="Export" error={error} />
  if (!rules || !snapshot)
    return (
      <Card title="The rules in force">
        <SkeletonRows rows={6} />
      </Card>
    )
  const languages = languagesOf(rules)
  const language = chosen && languages.includes(chosen) ? chosen : languages[0]!
  const { text, unsaid, file } = exportedText(rules, snapshot.helpers, language)
  return (
    <Card
      title={`The rules in force${revision ? `, revision ${revision.number}` : ''}`}
      aside={
        languages.length > 1 && (
          <Segmented
            label="Language"
            size="small"
            value={language}
            options={languages.map((value) => ({ value, label: value }))}
            onChange={setChosen}
          />
        )
      }
    >
      <div className="grid gap-3">
        {unsaid.length > 0 && (
          <Notice
            tone="warn"
            title={`${language} has no words for ${unsaid.length === 1 ? 'one thing' : `${unsaid.length} things`}`}
          >
            <ul className="grid gap-1">
              {unsaid.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </Notice>
        )}
        <div className="flex flex-wrap gap-2 print:hidden">
          <CopyButton text={text} />
          <Button size="small" onClick={() => saveFile(file, text)}>
            Download
          </Button>
          <Button size="small" onClick={() => window.print()}>
            Print
          </Button>
        </div>
        <section
          aria-label="Script"
          className="overflow-x-auto rounded-control border border-line bg-sunken px-3 py-2"
        >
          <pre className="font-mono text-sm">{text}</pre>
        </section>
      </div>
    </Card>
  )
}

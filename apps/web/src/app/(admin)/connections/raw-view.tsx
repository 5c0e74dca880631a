'use client'

import { useQuery } from '@tanstack/react-query'
import { messageOf } from '../../../live/api.ts'
import { count } from '../../../live/format.ts'
import { lookEvery, readLines } from '../../../live/read-lines.ts'
import { useStatus } from '../../../live/use-live.ts'
import { CopyButton, Notice } from '../../../ui/index.ts'

const PATH = '/api/proc/net/ip_masquerade'
/** What is shown; the whole file of a big table would be megabytes a second. */
const MOST_LINES = 300

/** What scrolls must be within reach of the keyboard. */
const SCROLLS = { tabIndex: 0, role: 'region', 'aria-label': 'Content of the file' } as const

/** The file as 2.2 printed it, beside the table that is made of the same entries. */
export function RawView({ paused }: { paused: boolean }) {
  const total = useStatus().data?.connections.total ?? 0
  const { data, error } = useQuery({
    queryKey: ['proc', 'net/ip_masquerade', 'head'],
    queryFn: ({ signal }) => readLines(PATH, MOST_LINES, signal),
    refetchInterval: paused ? false : lookEvery(total),
    enabled: !paused,
    staleTime: 0,
  })
  return (
    <section
      aria-label="Raw file"
      className="flex min-h-0 min-w-0 flex-1 flex-col rounded-card border border-line bg-panel max-[1679px]:max-h-[45%] min-[1680px]:max-w-[46.5rem]"
    >
      <div className="flex items-center justify-between gap-3 border-b border-line py-1 pr-1.5 pl-3.5">
        <h2 className="font-mono text-sm font-normal">/proc/net/ip_masquerade</h2>
        <div className="flex items-center gap-2">
          <span className="text-sm text-mute max-sm:hidden">
            {data && (data.complete ? `${count(data.lines.length - 1)} lines` : `first ${MOST_LINES} lines`)}
          </span>
          <CopyButton text={() => (data?.lines ?? []).join('\n')} />
        </div>
      </div>
      {error && (
        <Notice tone="bad" className="m-3">
          {messageOf(error)}
        </Notice>
      )}
      <pre {...SCROLLS} className="min-h-0 flex-1 overflow-auto px-3.5 py-2 font-mono text-xs leading-5">
        {data?.lines.map((line) => line.trimEnd()).join('\n')}
      </pre>
    </section>
  )
}

'use client'

import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { api, messageOf } from '../../../live/api.ts'
import { timeOfDay } from '../../../live/format.ts'
import { lookEvery, readLines } from '../../../live/read-lines.ts'
import { useSession } from '../../../live/session.ts'
import { useStatus } from '../../../live/use-live.ts'
import { Button, Card, CopyButton, Notice, Num, Segmented, toast } from '../../../ui/index.ts'

const FILES = [
  { value: 'net/ip_masquerade', label: 'ip_masquerade' },
  { value: 'net/ip_fwchains', label: 'ip_fwchains' },
  { value: 'net/ip_fwnames', label: 'ip_fwnames' },
  { value: 'net/ip_masq/app', label: 'ip_masq/app' },
  { value: 'net/ip_masq/tcp', label: 'ip_masq/tcp' },
  { value: 'net/ip_masq/udp', label: 'ip_masq/udp' },
  { value: 'net/ip_masq/icmp', label: 'ip_masq/icmp' },
  { value: 'net/ip_masq/portfw', label: 'ip_masq/portfw' },
  { value: 'net/ip_masq/autofw', label: 'ip_masq/autofw' },
  { value: 'net/nf_conntrack', label: 'nf_conntrack' },
] as const
type FileName = (typeof FILES)[number]['value']

/** Enough for the eye; the whole file is a copy or a download away. */
const LINES_SHOWN = 400

/** The files below /proc, byte for byte as Linux 2.2 printed them, and netfilter's list of connections. */
export function ProcCard() {
  const wanted = useSearchParams().get('file')
  const [file, setFile] = useState<FileName>(
    FILES.find(({ value }) => value === wanted)?.value ?? 'net/ip_masquerade',
  )
  const [paused, setPaused] = useState(false)
  const total = useStatus().data?.connections.total ?? 0
  const enabled = useSession().data?.state === 'in'
  const { data, error, dataUpdatedAt } = useQuery({
    queryKey: ['proc', file],
    queryFn: ({ signal }) => readLines(`/api/proc/${file}`, LINES_SHOWN, signal),
    enabled: enabled && !paused,
    refetchInterval: paused ? false : lookEvery(total),
    staleTime: 0,
  })
  const whole = () => api.get<string>(`/api/proc/${file}`)
  const save = () =>
    whole().then(
      (text) => download(file, text),
      (problem) => toast.error('The file was not downloaded', messageOf(problem)),
    )
  const text = data?.lines.map((line) => line.trimEnd()).join('\n')
  return (
    <Card
      title="Files of Linux 2.2"
      aside={
        <>
          <Button size="small" aria-pressed={paused} onClick={() => setPaused(!paused)} className="w-20">
            {paused ? 'Go on' : 'Pause'}
          </Button>
          <CopyButton text={whole} />
          <Button size="small" disabled={data === undefined} onClick={() => void save()}>
            Download
          </Button>
        </>
      }
    >
      <div className="-mx-1 mb-3 overflow-x-auto px-1 py-1">
        <Segmented label="File" size="small" value={file} options={FILES} onChange={setFile} />
      </div>
      {error && !data ? (
        <Notice tone="bad">{error.message}</Notice>
      ) : (
        <section
          aria-label={`/proc/${file}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          className="h-96 overflow-auto rounded-control border border-line bg-sunken px-3 py-2"
        >
          <pre className="font-mono text-xs leading-5">{text || 'The file is empty.'}</pre>
        </section>
      )}
      <p className="mt-2 flex flex-wrap justify-between gap-x-4 text-sm text-mute">
        <span className="num">/proc/{file}</span>
        <span>
          {data && !data.complete && (
            <>
              The first <Num>{LINES_SHOWN}</Num> lines.{' '}
            </>
          )}
          {paused ? 'Held since' : 'As of'}{' '}
          <Num>{dataUpdatedAt > 0 ? timeOfDay(dataUpdatedAt) : '--:--:--'}</Num>
        </span>
      </p>
    </Card>
  )
}

function download(file: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${file.replaceAll('/', '_').replace(/^net_/, '')}.txt`
  link.click()
  URL.revokeObjectURL(url)
}

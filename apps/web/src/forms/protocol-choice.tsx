'use client'

import { Segmented } from '../ui/segmented.tsx'

const OPTIONS = [
  { value: '6', label: 'TCP' },
  { value: '17', label: 'UDP' },
  { value: '1', label: 'Ping' },
] as const

interface ProtocolChoiceProps {
  /** IP protocol number */
  value: number
  onChange: (protocol: number) => void
}

/** What kind of packet is tried. */
export function ProtocolChoice({ value, onChange }: ProtocolChoiceProps) {
  return (
    <div className="grid content-start gap-y-1">
      <span aria-hidden className="font-medium">
        Protocol
      </span>
      <Segmented
        label="Protocol"
        value={String(value)}
        options={[...OPTIONS]}
        onChange={(protocol) => onChange(Number(protocol))}
      />
    </div>
  )
}

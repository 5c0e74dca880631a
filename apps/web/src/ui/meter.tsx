import clsx from 'clsx'

interface MeterProps {
  /** For screen readers: what is measured. */
  label: string
  value: number
  max: number
  /** The value in words: “62 228 of 64 512 free”. */
  text: string
  /** From this share on the bar turns amber; from `full` on red. */
  high?: number
  full?: number
  tone?: 'accent' | 'down' | 'good' | 'mute'
  className?: string
}

const FILL = { accent: 'fill-accent', down: 'fill-down', good: 'fill-good', mute: 'fill-mute' } as const

/** How much of a fixed amount is taken. Drawn as SVG: widths are attributes there, which a strict style policy lets pass. */
export function Meter({
  label,
  value,
  max,
  text,
  high = 0.8,
  full = 0.95,
  tone = 'accent',
  className,
}: MeterProps) {
  const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0
  const fill = share >= full ? 'fill-bad' : share >= high ? 'fill-warn' : FILL[tone]
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers draw <meter> each in its own way
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={Math.min(value, max)}
      aria-valuetext={text}
      className={clsx('h-1.5 overflow-hidden rounded-full bg-line', className)}
    >
      <svg aria-hidden width="100%" height="100%" className="block">
        {/* Something is never shown as nothing: at least a sliver. */}
        <rect className={fill} height="100%" width={value > 0 ? `${Math.max(0.6, share * 100)}%` : 0} />
      </svg>
    </div>
  )
}

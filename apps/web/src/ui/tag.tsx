import clsx from 'clsx'
import type { ReactNode } from 'react'

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'down' | 'accent'

const TONES: Record<Tone, string> = {
  plain: 'border-line text-mute',
  good: 'border-transparent bg-good-soft text-good',
  warn: 'border-transparent bg-warn-soft text-warn',
  bad: 'border-transparent bg-bad-soft text-bad',
  down: 'border-transparent bg-down-soft text-down',
  accent: 'border-transparent bg-accent-soft text-accent',
}

/** A word with a tone: a state, a verdict, a protocol. The word carries the meaning, the colour only repeats it. */
export function Tag({
  tone = 'plain',
  children,
  className,
}: {
  tone?: Tone
  children: ReactNode
  className?: string
}) {
  return (
    <span
      className={clsx(
        'inline-block rounded-[4px] border px-1.5 font-mono text-[0.6875rem] leading-4.5 whitespace-nowrap',
        TONES[tone],
        className,
      )}
    >
      {children}
    </span>
  )
}

const VERDICT_TONES: Record<string, Tone> = { ACCEPT: 'good', MASQ: 'accent', DENY: 'bad', REJECT: 'bad' }

/** What a rule does, in the words of its target. */
export function VerdictTag({ verdict }: { verdict: string }) {
  return <Tag tone={VERDICT_TONES[verdict] ?? 'plain'}>{verdict}</Tag>
}

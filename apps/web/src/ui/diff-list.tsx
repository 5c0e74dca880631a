import clsx from 'clsx'

const LOOK: Record<string, string> = {
  '+': 'bg-good-soft text-good',
  '-': 'bg-bad-soft text-bad',
}

/** Lines of a difference; a leading + or − gives a line its tone, and stays visible, because colour alone says nothing. */
export function DiffList({ lines, className }: { lines: readonly string[]; className?: string }) {
  if (lines.length === 0) return <p className={clsx('text-mute', className)}>No difference.</p>
  return (
    <ul
      className={clsx(
        'font-mono text-sm overflow-x-auto rounded-control border border-line bg-sunken py-1',
        className,
      )}
    >
      {lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same line may stand twice
        <li key={i} className={clsx('px-3 whitespace-pre-wrap', LOOK[line[0] ?? ''])}>
          {line}
        </li>
      ))}
    </ul>
  )
}

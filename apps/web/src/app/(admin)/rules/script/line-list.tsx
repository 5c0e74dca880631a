import type { ScriptChecked } from '@bauta/control/commands'
import { Tag, type Tone } from '../../../../ui/index.ts'

type Line = ScriptChecked['script']['lines'][number]

const FATES: Record<Line['fate'], { word: string; tone: Tone }> = {
  done: { word: 'taken', tone: 'good' },
  nothing: { word: 'no change', tone: 'plain' },
  problem: { word: 'left out', tone: 'bad' },
  elsewhere: { word: 'not rules', tone: 'plain' },
}

/** Every command of the script with what it becomes, or why it does not. */
export function LineList({ lines }: { lines: readonly Line[] }) {
  if (lines.length === 0)
    return <p className="text-mute">There is no command in this text: only comments and assignments.</p>
  return (
    <ol className="grid max-h-[32rem] gap-px overflow-y-auto rounded-control border border-line bg-line">
      {lines.map(({ line, text, fate, says, notes }, i) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: a line may hold the same command twice
          key={i}
          className="grid grid-cols-[2.5rem_minmax(0,1fr)] items-baseline gap-x-3 gap-y-1 bg-panel px-3 py-2 sm:grid-cols-[2.5rem_5.5rem_minmax(0,1fr)]"
        >
          <span className="num text-right text-sm text-mute">{line}</span>
          <span>
            <Tag tone={FATES[fate].tone}>{FATES[fate].word}</Tag>
          </span>
          <div className="min-w-0 max-sm:col-span-2">
            <code className="block font-mono text-sm break-words whitespace-pre-wrap">{text}</code>
            {says.map((say) => (
              <p key={say} className="break-words">
                {say}
              </p>
            ))}
            {notes.map((note) => (
              <p key={note} className="text-sm break-words text-warn">
                {note}
              </p>
            ))}
          </div>
        </li>
      ))}
    </ol>
  )
}

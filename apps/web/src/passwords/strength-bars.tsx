import clsx from 'clsx'
import { SHORTEST, type Strength } from './password-strength.ts'

const FILLS = ['', 'bg-bad', 'bg-warn', 'bg-good', 'bg-good'] as const

/** Four bars and a word; what to do when nothing is typed yet. */
export function StrengthBars({ strength }: { strength: Strength }) {
  return (
    <div className="-mt-1 mb-2 grid gap-1.5">
      <div aria-hidden className="grid grid-cols-4 gap-1">
        {[1, 2, 3, 4].map((bar) => (
          <span
            key={bar}
            className={clsx(
              'h-1 rounded-full transition-colors',
              bar <= strength.level ? FILLS[strength.level] : 'bg-line',
            )}
          />
        ))}
      </div>
      <p aria-live="polite" className="min-h-10 text-sm text-mute">
        {strength.word ||
          `At least ${SHORTEST} characters; length counts most. Four plain words are better than one odd one.`}
      </p>
    </div>
  )
}

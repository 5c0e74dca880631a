import clsx from 'clsx'

interface Flow {
  bits: number
  text: string
}

interface LanesProps {
  flowing: boolean
  out: Flow
  in: Flow
  className?: string
}

/** Thickness by powers of ten: 1 kbit/s is a thread, 1 Gbit/s as thick as it gets. */
function thickness(bits: number): number {
  return bits < 1000 ? 1 : Math.min(7, Math.log10(bits) - 2)
}

/** What flows between two stations, out above and in below; broken lines where nothing can. Stands upright on phones. */
export function Lanes({ flowing, out, in: inward, className }: LanesProps) {
  return (
    <div className={clsx('grid gap-0.5 self-center @max-[44rem]:grid-cols-2 @max-[44rem]:gap-3', className)}>
      <Lane name="out" flow={out} flowing={flowing} />
      <Lane name="in" flow={inward} flowing={flowing} />
    </div>
  )
}

function Lane({ name, flow, flowing }: { name: 'out' | 'in'; flow: Flow; flowing: boolean }) {
  const colour = name === 'out' ? 'text-up' : 'text-down'
  const width = flowing ? thickness(flow.bits) : 1
  const label = (
    <p className="num flex justify-between gap-1 text-sm whitespace-nowrap">
      <span className={clsx('font-sans', flowing ? colour : 'text-mute')}>{name}</span>
      <span>{flowing ? flow.text : '–'}</span>
    </p>
  )
  return (
    <div
      className={clsx(
        '@max-[44rem]:flex @max-[44rem]:items-center @max-[44rem]:gap-2.5',
        flowing ? colour : 'text-mute',
      )}
    >
      {name === 'out' && <span className="text-ink @max-[44rem]:order-2">{label}</span>}
      <HorizontalArrow right={name === 'out'} width={width} broken={!flowing} />
      <VerticalArrow down={name === 'out'} width={width} broken={!flowing} />
      {name === 'in' && <span className="text-ink">{label}</span>}
    </div>
  )
}

/** Lengths are percentages of the lane and heads have a fixed size: nothing is stretched. */
function HorizontalArrow({ right, width, broken }: { right: boolean; width: number; broken: boolean }) {
  return (
    <svg
      aria-hidden
      width="100%"
      height="14"
      className={clsx('block @max-[44rem]:hidden', !right && '-scale-x-100')}
    >
      <line
        x1="0"
        x2="100%"
        y1="7"
        y2="7"
        stroke="currentColor"
        strokeWidth={width}
        strokeDasharray={broken ? '3 5' : undefined}
        className={broken ? undefined : '[clip-path:inset(0_7px_0_0)]'}
      />
      {!broken && (
        <svg aria-hidden x="100%" overflow="visible">
          <path d={`M-8 ${7 - head(width)}L0 7L-8 ${7 + head(width)}Z`} fill="currentColor" />
        </svg>
      )}
    </svg>
  )
}

const head = (width: number): number => Math.max(3.5, width / 2 + 2.5)

function VerticalArrow({ down, width, broken }: { down: boolean; width: number; broken: boolean }) {
  return (
    <svg
      aria-hidden
      width="14"
      height="34"
      className={clsx('block shrink-0 @min-[44rem]:hidden', !down && '-scale-y-100')}
    >
      <line
        x1="7"
        x2="7"
        y1="0"
        y2={broken ? 34 : 27}
        stroke="currentColor"
        strokeWidth={width}
        strokeDasharray={broken ? '3 5' : undefined}
      />
      {!broken && <path d={`M${7 - head(width)} 26L7 34L${7 + head(width)} 26Z`} fill="currentColor" />}
    </svg>
  )
}

'use client'

import { useLayoutEffect, useRef } from 'react'
import { clock } from '../../../live/format.ts'

/** Above this a second is less than a quarter of a pixel: forty such glides would keep a small machine busy for nothing. */
const GLIDES_BELOW_S = 160

interface ExpiryProps {
  expiresIn: number
  timeout: number
  /** Paused or gone: the bar rests where it is. */
  still: boolean
}

/** Seconds left as a number, and as a bar that glides to where it will be when the next figures come. */
export function Expiry({ expiresIn, timeout, still }: ExpiryProps) {
  const bar = useRef<HTMLSpanElement>(null)
  const before = useRef(0)
  useLayoutEffect(() => {
    const element = bar.current
    if (!element) return
    const share = timeout > 0 ? Math.min(1, expiresIn / timeout) : 0
    const target = still ? share : Math.max(0, timeout > 0 ? (expiresIn - 1) / timeout : 0)
    // Down it glides with time, where an eye can see that; up it jumps, because a packet came.
    const jumps = still || share > before.current || timeout > GLIDES_BELOW_S
    before.current = share
    element.style.transitionDuration = jumps ? '0s' : '1s'
    element.style.transform = `scaleX(${Math.min(1, target)})`
  }, [expiresIn, timeout, still])
  return (
    <>
      <span className="num inline-block min-w-[6ch] text-right">{clock(expiresIn)}</span>
      <span
        aria-hidden
        className="ml-2 inline-block h-1 w-10 overflow-hidden rounded-full bg-line align-middle"
      >
        <span
          ref={bar}
          className="block h-full origin-left rounded-full bg-mute transition-transform ease-linear motion-reduce:transition-none"
        />
      </span>
    </>
  )
}

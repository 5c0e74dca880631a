'use client'

import { type RefObject, useEffect, useState } from 'react'

/** One line where the table is wide enough for it (the container query in globals.css says 40rem), two lines elsewhere. */
const ONE_LINE_FROM_PX = 640
const ONE_LINE = { row: 34, head: 33 }
const TWO_LINES = { row: 54, head: 0 }

/** Heights in px of a row and of what stands above the rows. */
export function useRowHeights(element: RefObject<HTMLElement | null>): typeof ONE_LINE {
  const [heights, setHeights] = useState(ONE_LINE)
  useEffect(() => {
    const target = element.current
    if (!target) return
    const sizes = new ResizeObserver(() =>
      setHeights(target.clientWidth >= ONE_LINE_FROM_PX ? ONE_LINE : TWO_LINES),
    )
    sizes.observe(target)
    return () => sizes.disconnect()
  }, [element])
  return heights
}

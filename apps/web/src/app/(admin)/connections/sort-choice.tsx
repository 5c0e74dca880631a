'use client'

import { Button, Select } from '../../../ui/index.ts'
import { COLUMNS } from './columns.tsx'
import type { Sort, View } from './view-query.ts'

/** For narrow tables, which have no column headers to press. */
export function SortChoice({ view, onSort }: { view: View; onSort: (sort: Sort) => void }) {
  const up = view.direction === 'asc'
  return (
    <div className="connection-sort h-12 shrink-0 items-center gap-2 border-b border-line px-2">
      <Select
        aria-label="Order"
        value={view.sort}
        className="h-9!"
        onChange={(event) => onSort(event.target.value as Sort)}
      >
        {COLUMNS.map(
          ({ sort, label }) =>
            sort && (
              <option key={sort} value={sort}>
                by {label.toLowerCase()}
              </option>
            ),
        )}
      </Select>
      <Button size="small" className="h-9! whitespace-nowrap" onClick={() => onSort(view.sort)}>
        {up ? 'smallest first' : 'largest first'}
      </Button>
    </div>
  )
}

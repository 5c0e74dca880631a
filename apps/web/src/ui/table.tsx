import clsx from 'clsx'
import type { ComponentProps, ReactNode } from 'react'
import { CELL_ROLE, GROUP_ROLE, headerRole, ROW_ROLE, TABLE_ROLE } from './roles.ts'

/** Where a cell stands when the row becomes two lines on a phone. */
export type PhonePlace = 'lead' | 'trail' | 'sub' | 'subtrail' | 'full' | 'hide'

interface TableProps extends ComponentProps<'table'> {
  /** Read before the table; shown only to screen readers. */
  caption: string
  /** Column widths come from the first row and never jump. */
  fixed?: boolean
}

export function Table({ caption, fixed, className, children, ...rest }: TableProps) {
  return (
    <table
      {...rest}
      {...TABLE_ROLE}
      className={clsx('table-two-line w-full border-collapse', fixed && 'sm:table-fixed', className)}
    >
      <caption className="sr-only">{caption}</caption>
      {children}
    </table>
  )
}

export function THead({ children }: { children: ReactNode }) {
  return (
    <thead {...GROUP_ROLE}>
      <tr {...ROW_ROLE}>{children}</tr>
    </thead>
  )
}

export function TBody(props: ComponentProps<'tbody'>) {
  return <tbody {...props} {...GROUP_ROLE} />
}

export function Tr({ className, ...rest }: ComponentProps<'tr'>) {
  return (
    <tr {...rest} {...ROW_ROLE} className={clsx('last:*:border-b-0 max-sm:last:border-b-0', className)} />
  )
}

export type SortDirection = 'asc' | 'desc'

interface ThProps extends ComponentProps<'th'> {
  numeric?: boolean
  /** The direction this column sorts in now, null where another one does; leave it out where nothing sorts. */
  sorted?: SortDirection | null
  onSort?: () => void
}

export function Th({ numeric, sorted, onSort, className, children, ...rest }: ThProps) {
  return (
    <th
      {...rest}
      {...headerRole(sorted)}
      scope="col"
      className={clsx(
        'h-8 border-b border-line pr-3 text-left text-xs font-medium whitespace-nowrap text-mute last:pr-0',
        numeric && 'text-right',
        className,
      )}
    >
      {onSort ? (
        <SortButton sorted={sorted ?? null} numeric={numeric} onSort={onSort}>
          {children}
        </SortButton>
      ) : (
        children
      )}
    </th>
  )
}

interface SortButtonProps {
  sorted: SortDirection | null
  /** Right-aligned: the arrow stands before the word, so that the word ends where the figures do. */
  numeric?: boolean | undefined
  onSort: () => void
  children: ReactNode
}

/** The arrow keeps its room when it is not there, so that sorting moves nothing. */
export function SortButton({ sorted, numeric, onSort, children }: SortButtonProps) {
  return (
    <button
      type="button"
      onClick={onSort}
      className={clsx(
        'inline-flex h-7 items-center gap-1 hover:text-ink',
        sorted && 'font-semibold text-ink',
      )}
    >
      {!numeric && children}
      <svg
        aria-hidden
        viewBox="0 0 8 8"
        className={clsx('size-2 fill-current', !sorted && 'invisible', sorted === 'asc' && 'rotate-180')}
      >
        <path d="M0 2h8L4 7z" />
      </svg>
      {numeric && children}
    </button>
  )
}

interface TdProps extends ComponentProps<'td'> {
  numeric?: boolean
  mono?: boolean
  phone?: PhonePlace
}

export function Td({ numeric, mono, phone = 'hide', className, ...rest }: TdProps) {
  return (
    <td
      {...rest}
      {...CELL_ROLE}
      data-phone={phone}
      className={clsx(
        'border-line align-baseline sm:border-b sm:py-1.75 sm:pr-3 sm:last:pr-0',
        numeric && 'num whitespace-nowrap sm:text-right',
        mono && 'num',
        className,
      )}
    />
  )
}

/** What the address bar says about the table: filter, order, and whether the raw file stands beside it. */
import type { ConnectionQuery } from '@bauta/control/schemas'

export type Sort = ConnectionQuery['sort']
export type Direction = ConnectionQuery['direction']

export interface View {
  q: string
  sort: Sort
  direction: Direction
  raw: boolean
}

/** How each order begins when its header is first pressed: big figures first, names from A. */
export const FIRST_DIRECTION: Record<Sort, Direction> = {
  expires: 'asc',
  rate: 'desc',
  bytes: 'desc',
  age: 'desc',
  client: 'asc',
  server: 'asc',
  protocol: 'asc',
  state: 'asc',
}

export const DEFAULT_VIEW: View = { q: '', sort: 'rate', direction: 'desc', raw: false }

/** Anything that is not understood becomes the default: an old link never breaks the page. */
export function readView(params: Pick<URLSearchParams, 'get'>): View {
  const sort = params.get('sort')
  const known = sort !== null && Object.hasOwn(FIRST_DIRECTION, sort) ? (sort as Sort) : DEFAULT_VIEW.sort
  const direction = params.get('direction')
  return {
    q: (params.get('q') ?? '').slice(0, 500),
    sort: known,
    direction: direction === 'asc' || direction === 'desc' ? direction : FIRST_DIRECTION[known],
    raw: params.get('raw') === '1',
  }
}

/** Only what differs from the default, so that a plain page has a plain address. */
export function writeView({ q, sort, direction, raw }: View): string {
  const params = new URLSearchParams()
  if (q.trim()) params.set('q', q.trim())
  if (sort !== DEFAULT_VIEW.sort || direction !== FIRST_DIRECTION[sort]) params.set('sort', sort)
  if (direction !== FIRST_DIRECTION[sort]) params.set('direction', direction)
  if (raw) params.set('raw', '1')
  const text = params.toString()
  return text ? `?${text}` : ''
}

export function sortBy(view: View, sort: Sort): View {
  if (view.sort !== sort) return { ...view, sort, direction: FIRST_DIRECTION[sort] }
  return { ...view, direction: view.direction === 'asc' ? 'desc' : 'asc' }
}

/** Rows asked for at once: about four screens, some 50 kB. */
export const PAGE_ROWS = 100
const STEP = 25

/** The page that has the first visible row in its upper part; moves in steps, so that a small scroll asks for nothing new. */
export function offsetFor(firstVisible: number): number {
  return Math.max(0, Math.floor((firstVisible - STEP) / STEP) * STEP)
}

export function queryOf({ q, sort, direction }: View, offset: number): string {
  return new URLSearchParams({
    q: q.trim(),
    sort,
    direction,
    offset: String(offset),
    limit: String(PAGE_ROWS),
  }).toString()
}

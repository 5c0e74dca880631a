'use client'

import clsx from 'clsx'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { count } from '../../live/format.ts'
import { useStatus } from '../../live/use-live.ts'
import { Mask } from '../mask.tsx'
import { GROUPS, isCurrent } from './navigation.ts'

export function SideNav() {
  const pathname = usePathname()
  const { data: status } = useStatus()
  const figures: Record<string, string | undefined> = status
    ? {
        '/devices': count(status.devices),
        '/connections': count(status.connections.total),
        '/changes': `r${status.revision}`,
      }
    : {}
  return (
    <nav
      aria-label="Pages"
      className="sticky top-0 flex h-dvh flex-col border-r border-line px-3 py-4 max-md:hidden"
    >
      <Link
        href="/"
        className="mb-4 flex items-center gap-2.5 self-start rounded-control px-2 text-lg font-semibold"
      >
        <Mask className="size-7" />
        Bauta
      </Link>
      {GROUPS.map((group) => (
        <ul
          key={group[0].href}
          className="grid gap-0.5 border-line not-first-of-type:mt-2 not-first-of-type:border-t not-first-of-type:pt-2"
        >
          {group.map((page) => {
            const here = isCurrent(page.href, pathname)
            return (
              <li key={page.href}>
                <Link
                  href={page.href}
                  prefetch={false}
                  aria-current={here ? 'page' : undefined}
                  className={clsx(
                    'flex h-8 items-center justify-between rounded-control px-2.5',
                    here ? 'bg-accent-soft font-semibold text-accent' : 'hover:bg-ink/6',
                  )}
                >
                  {page.label}
                  <span aria-hidden className={clsx('num text-xs', here ? 'text-accent' : 'text-mute')}>
                    {figures[page.href]}
                  </span>
                </Link>
              </li>
            )
          })}
        </ul>
      ))}
      <p className="mt-auto px-2.5 text-xs text-mute">
        {status ? (
          <>
            Version <span className="num">{status.version}</span>
          </>
        ) : (
          '\u00a0'
        )}
      </p>
    </nav>
  )
}

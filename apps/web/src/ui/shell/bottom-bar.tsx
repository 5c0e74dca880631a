'use client'

import clsx from 'clsx'
import Link from 'next/link'
import { usePathname, useRouter } from 'next/navigation'
import { Fragment } from 'react'
import { Menu, MenuItem, MenuSeparator } from '../menu.tsx'
import { GROUPS, isCurrent, PAGES, PHONE_PAGES, shortName } from './navigation.ts'
import { PersonalEntries } from './session-menu.tsx'

const ITEM =
  'relative flex h-14 w-full items-center justify-center text-xs font-medium whitespace-nowrap before:absolute before:inset-x-3 before:top-0 before:h-0.5'

const look = (here: boolean) =>
  clsx(ITEM, here ? 'font-semibold text-accent before:bg-accent' : 'text-ink before:bg-transparent')

/** Navigation under the thumb. */
export function BottomBar() {
  const pathname = usePathname()
  const router = useRouter()
  const first = PAGES.filter((page) => PHONE_PAGES.includes(page.href))
  const rest = PAGES.filter((page) => !PHONE_PAGES.includes(page.href))
  const restHere = rest.find((page) => isCurrent(page.href, pathname))
  return (
    <nav
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-panel pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      <ul className="grid grid-cols-[1fr_1.1fr_1.45fr_1.1fr_1.1fr]">
        {first.map((page) => {
          const here = isCurrent(page.href, pathname)
          return (
            <li key={page.href}>
              <Link
                href={page.href}
                prefetch={false}
                aria-current={here ? 'page' : undefined}
                className={look(here)}
              >
                {page.label}
              </Link>
            </li>
          )
        })}
        <li>
          <Menu
            trigger={
              <button type="button" className={look(Boolean(restHere))}>
                {restHere ? shortName(restHere) : 'More'}
              </button>
            }
          >
            {GROUPS.map((group) => {
              const pages = group.filter((page) => rest.includes(page))
              if (pages.length === 0) return null
              return (
                <Fragment key={group[0].href}>
                  {pages.map((page) => (
                    <MenuItem key={page.href} onSelect={() => router.push(page.href)}>
                      {page.label}
                    </MenuItem>
                  ))}
                  <MenuSeparator />
                </Fragment>
              )
            })}
            <PersonalEntries />
          </Menu>
        </li>
      </ul>
    </nav>
  )
}

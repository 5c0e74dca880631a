'use client'

import { useRouter } from 'next/navigation'
import { api, messageOf } from '../../live/api.ts'
import { useSession } from '../../live/session.ts'
import { Button } from '../button.tsx'
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuSeparator } from '../menu.tsx'
import { toast } from '../toast-store.ts'
import { SHOW_KEYS } from './keys.tsx'
import { THEMES, useTheme } from './theme.ts'

async function logOut(): Promise<void> {
  try {
    await api.post('/api/logout')
  } catch (error) {
    toast.error('You are still logged in', messageOf(error))
    return
  }
  // A fresh page: nothing that this session has seen stays in memory for the next one.
  window.location.replace('/login?why=out')
}

/** The entries that belong to the person rather than to the box. */
export function PersonalEntries() {
  const { data: session } = useSession()
  const [theme, setTheme] = useTheme()
  const router = useRouter()
  return (
    <>
      <MenuLabel>
        Logged in as <b className="font-semibold text-ink">{session?.name ?? '…'}</b>
      </MenuLabel>
      <MenuSeparator />
      <MenuChoice label="Colours" value={theme} options={THEMES} onChange={setTheme} />
      <MenuSeparator />
      <MenuItem note={<kbd>?</kbd>} onSelect={() => window.dispatchEvent(new Event(SHOW_KEYS))}>
        Keys
      </MenuItem>
      <MenuItem onSelect={() => router.push('/account')}>Password and recovery</MenuItem>
      <MenuItem onSelect={() => void logOut()}>Log out</MenuItem>
    </>
  )
}

export function SessionMenu() {
  const { data: session } = useSession()
  return (
    <Menu
      trigger={
        <Button kind="quiet" size="small" className="max-w-40">
          <span className="truncate">{session?.name ?? 'Session'}</span>
          <svg aria-hidden viewBox="0 0 10 6" className="w-2 shrink-0 fill-none stroke-mute stroke-[1.5]">
            <path d="m1 1 4 4 4-4" />
          </svg>
        </Button>
      }
    >
      <PersonalEntries />
    </Menu>
  )
}

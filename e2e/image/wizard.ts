/**
 * The first run in a real browser on a household machine: Chromium in the household's namespace, against a box of software. Whatever a
 * screen finds by itself is awaited, not filled in; the box is emulated, so patience is long.
 */
import { chmodSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Browser, chromium, expect, type Page } from '@playwright/test'
import { inside } from '../lab/shell.ts'
import { PASSWORD } from '../web/administrator.ts'
import type { Places } from './places.ts'

const PATIENCE = 120_000
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface FirstRun {
  /** where the wizard is to find the Internet */
  finds: RegExp
  /** what the provider of a PPPoE line wants to hear */
  login?: { user: string; password: string }
  /** what the last screen says of the connection */
  ends: RegExp
}

/** Claims the box by its wizard and leaves it at Home, online. */
export async function firstRun(places: Places, url: string, run: FirstRun): Promise<void> {
  const browser = await browserIn(places)
  try {
    const page = await browser.newPage()
    page.setDefaultTimeout(PATIENCE)
    page.setDefaultNavigationTimeout(PATIENCE)
    await wizard(page, url, run)
  } finally {
    await browser.close()
  }
}

/** A program that starts the browser in the household; Playwright's pipes pass through it. */
function browserIn(places: Places): Promise<Browser> {
  const program = path.join(places.folder, 'chromium')
  const argv = inside(places.lan, [process.env.CHROMIUM ?? '/usr/bin/chromium'])
  writeFileSync(program, `#!/bin/sh\nexec ${argv.join(' ')} "$@"\n`)
  chmodSync(program, 0o755)
  return chromium.launch({ executablePath: program, args: FLAGS })
}

async function wizard(page: Page, url: string, { finds, login, ends }: FirstRun): Promise<void> {
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  const shows = (name: string) =>
    expect(page.getByRole('heading', { level: 1, name })).toBeVisible({ timeout: PATIENCE })
  const says = (text: string | RegExp) =>
    expect(page.getByText(text).first()).toBeVisible({ timeout: PATIENCE })

  await page.goto(url)
  await shows('Make this box yours')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Password again').fill(PASSWORD)
  await press('Create administrator')
  await expect(page.locator('[data-recovery-code]')).toHaveText(/^([0-9A-Z]{5}-){3}[0-9A-Z]{5}$/, {
    timeout: PATIENCE,
  })
  await press('I have it, go on')

  await shows('The way to the Internet')
  await says(finds)
  if (login) {
    await page.getByLabel('User name').fill(login.user)
    await page.getByLabel('Password of the provider').fill(login.password)
  }
  await press('Next')

  await shows('The home network')
  await expect(page.getByLabel('Address of the box')).toHaveValue('192.168.77.1/24')
  await press('Next')

  await shows('Is the house online?')
  await expect(page.getByRole('main'), 'what the check found').toContainText('Everything answers', {
    timeout: PATIENCE,
  })
  await press('Next')

  await shows('The box is yours')
  await says(ends)
  await press('To Home')
  await expect(page.getByRole('banner').getByRole('status')).toHaveText('Online', { timeout: PATIENCE })
}

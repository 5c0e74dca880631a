/** The pages as people know them, and how to wait until one shows the household. */
import { expect, type Page } from '@playwright/test'

export interface Place {
  path: string
  name: string
}

/** Those behind the login, in the order of the navigation. */
export const PAGES: readonly Place[] = [
  { path: '/', name: 'Home' },
  { path: '/devices', name: 'Devices' },
  { path: '/connections', name: 'Connections' },
  { path: '/internet', name: 'Internet' },
  { path: '/network', name: 'Network' },
  { path: '/dns', name: 'DNS' },
  { path: '/forwards', name: 'Port forwarding' },
  { path: '/helpers', name: 'Helpers' },
  { path: '/rules', name: 'Rules' },
  { path: '/timeouts', name: 'Timeouts' },
  { path: '/counters', name: 'Counters' },
  { path: '/why', name: 'Why?' },
  { path: '/monitor', name: 'Monitor' },
  { path: '/changes', name: 'Changes' },
  { path: '/system', name: 'System' },
]

/** Goes there and waits until the page has its figures. */
export async function visit(page: Page, { path, name }: Place): Promise<void> {
  await page.goto(path)
  await expect(page.getByRole('heading', { level: 1, name })).toBeAttached()
  await hasFigures(page)
}

/** No placeholder is left, and the faces of the letters are there. */
export async function hasFigures(page: Page): Promise<void> {
  await expect(page.getByRole('banner').getByRole('status')).toHaveText('Online')
  await expect(page.locator('.skeleton')).toHaveCount(0)
  await page.evaluate(() => document.fonts.ready)
}

/** The bar that gathers edits until somebody applies them. */
export const draftBar = (page: Page) => page.getByRole('region', { name: 'Changes to apply' })

/** A message that the page shows for some seconds; its text also stands, hidden, where screen readers are told of it. */
export const toast = (page: Page, text: string | RegExp) =>
  page
    .getByRole('region', { name: /^Notifications/ })
    .getByRole('listitem')
    .filter({ hasText: text })

/** Applies the draft and waits until the box has it. */
export async function apply(page: Page): Promise<void> {
  await draftBar(page).getByRole('button', { name: 'Apply' }).click()
  // What was said of an earlier one may still stand there.
  await expect(toast(page, /Saved and applied: revision \d+/).last()).toBeVisible()
  await expect(draftBar(page).getByRole('button', { name: 'Apply' })).toBeHidden()
}

/** @returns by how many pixels the page is wider than the window */
export const overhang = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

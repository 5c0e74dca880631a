/** Coming in, as the person at the browser does. */
import { expect, type Page } from '@playwright/test'
import { NAME, PASSWORD } from '../web/administrator.ts'

/** Makes the first administrator of a fresh box whose networks the lab cares for; ends at Home. */
export async function claim(page: Page): Promise<void> {
  await page.goto('/')
  await expect(page).toHaveURL('/setup')
  await fillClaim(page)
}

/** Logs in, or claims the box where nobody has. */
export async function enter(page: Page): Promise<void> {
  await page.goto('/')
  await expect(page).toHaveURL(/\/(setup|login)$/)
  if (page.url().endsWith('/setup')) return fillClaim(page)
  await page.getByLabel('Name').fill(NAME)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Log in' }).click()
  await expect(page).toHaveURL('/')
}

async function fillClaim(page: Page): Promise<void> {
  await page.getByLabel('Name').fill(NAME)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Password again').fill(PASSWORD)
  await page.getByRole('button', { name: 'Create administrator' }).click()
  await page.getByRole('button', { name: 'I have it, go to Home' }).click()
  await expect(page).toHaveURL('/')
  await expect(page.getByRole('banner').getByRole('status')).toHaveText('Online')
}

/**
 * The first run from form to wire: a box whose line is bare, a provider with a DHCP server, and a browser on lan1. Then somebody
 * of the household, who is no administrator, hangs the line up and connects it again.
 */
import type { Page } from '@playwright/test'
import { SERVERS } from '../lab/plan.ts'
import { PASSWORD } from '../web/administrator.ts'
import { refused } from '../web/guard.ts'
import { apply, visit } from '../web/pages.ts'
import { expect, type House, ROOT_ONLY, test } from './lab.ts'

test.skip(...ROOT_ONLY)
test.use({ story: 'wizard', line: 'dhcp' })

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

test('a password, twice, and the household is online', async ({ page, house }) => {
  await page.goto('/')
  await expect(page).toHaveURL('/setup')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Password again').fill(PASSWORD)
  await button(page, 'Create administrator').click()
  await expect(page.locator('[data-recovery-code]')).toHaveText(/^([0-9A-Z]{5}-){3}[0-9A-Z]{5}$/)
  await button(page, 'I have it, go on').click()

  const { device, address } = house.wan
  await expect(page.getByText(`Found at ${device}: DHCP`)).toBeVisible({ timeout: 30_000 })
  await expect(page.getByText(address)).toBeVisible()
  await button(page, 'Next').click()
  await expect(heading(page, 'The home network')).toBeVisible({ timeout: 40_000 })
  // in the lab the system gives the box its address at home
  await expect(page.getByText('The operating system cares for this')).toBeVisible()
  await button(page, 'Next').click()
  await expect(heading(page, 'Is the house online?')).toBeVisible()
  await expect(page.getByText('Everything answers')).toBeVisible({ timeout: 40_000 })
  await expect(page.getByRole('listitem').filter({ hasText: 'well' })).toHaveCount(6)
  await button(page, 'Next').click()
  await expect(page.getByText(`DHCP, up with ${address}`)).toBeVisible()
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download backup' }).click()
  expect((await download).suggestedFilename()).toMatch(/^bauta-.*\.json$/)
  await button(page, 'To Home').click()
  await expect(page).toHaveURL('/')
  await expect(page.getByRole('banner').getByRole('status')).toHaveText('Online')
  await reaches(house, true)
})

test('somebody of the household hangs up and connects again', async ({
  page,
  browser,
  guard,
  house,
  baseURL,
}) => {
  guard.expect(refused(401))
  await page.goto('/login')
  await page.getByLabel('Name').fill('admin')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await button(page, 'Log in').click()
  await expect(page).toHaveURL('/')
  await visit(page, { path: '/internet', name: 'Internet' })
  await button(page, 'Add person').click()
  await page.getByLabel('Name', { exact: true }).fill('lea')
  await page.getByLabel('Password', { exact: true }).fill('open the line please')
  await page.getByRole('switch', { name: 'Internet' }).check()
  await button(page, 'Keep in the draft').click()
  await apply(page)

  const context = await browser.newContext({ baseURL, viewport: { width: 390, height: 844 } })
  guard.watch(context)
  const phone = await context.newPage()
  await phone.goto('/dial')
  await phone.getByLabel('Your name').fill('lea')
  await phone.getByLabel('Password', { exact: true }).fill('open the line please')
  await button(phone, 'Log in').click()
  await expect(phone.getByText('Up for')).toBeVisible()
  await button(phone, 'Hang up Internet').click()
  await expect(phone.getByText(/Hung up .* ago/)).toBeVisible()
  await reaches(house, false)
  await expect(page.getByText('Hung up', { exact: false }).first()).toBeVisible()
  await button(phone, 'Connect Internet').click()
  await expect(phone.getByText('Up for')).toBeVisible({ timeout: 30_000 })
  await reaches(house, true)
  await expect(page.getByRole('region', { name: 'What happened' })).toContainText('by lea')
  await context.close()
})

/** Whether lan1 reaches a server of the small Internet. */
async function reaches({ on }: House, wanted: boolean): Promise<void> {
  const to = { address: SERVERS['www.example.org'], port: 80 }
  const tried = () =>
    on.lan1.tcpOpen({ to, waitMs: 1500 }).then(
      () => true,
      () => false,
    )
  await expect.poll(tried, { timeout: 20_000 }).toBe(wanted)
}

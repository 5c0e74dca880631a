/** What surrounds every page: navigation, colours, keys, and what it says when the box is silent. */
import type { Page } from '@playwright/test'
import { startFakeDataplane } from '../fixtures/fake-dataplane.ts'
import { Administrator } from './administrator.ts'
import { refused, UNANSWERED } from './guard.ts'
import { PAGES, visit } from './pages.ts'
import { expect, startSite, test } from './site.ts'

const HOME = { path: '/', name: 'Home' }

test('the navigation leads to every page and says where one is', async ({ page }) => {
  await visit(page, HOME)
  const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('listitem').getByRole('link')
  await expect(links).toHaveText(PAGES.map(({ name }) => new RegExp(`^${name}`)))
  for (const { path, name } of PAGES) {
    const link = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true })
    await link.click()
    await expect(page).toHaveURL(path)
    await expect(link).toHaveAttribute('aria-current', 'page')
    await expect(page.getByRole('heading', { level: 1, name })).toBeAttached()
  }
})

test('by keyboard alone: past the navigation, to a page and back', async ({ page }) => {
  await visit(page, HOME)
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused()
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeInViewport()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main')).toBeFocused()

  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await expect(page).toHaveURL('/connections')
  await expect(page.getByRole('heading', { level: 1, name: 'Connections' })).toBeVisible()
  await page.keyboard.press('/')
  await expect(page.getByLabel('Filter', { exact: true })).toBeFocused()
  await page.keyboard.type('gc?')
  await expect(page.getByLabel('Filter', { exact: true })).toHaveValue('gc?')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')

  await page.keyboard.press('?')
  const keys = page.getByRole('dialog', { name: 'Keys' })
  await expect(keys).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(keys).toBeHidden()
})

test('single-letter keys can be switched off', async ({ page }) => {
  await visit(page, HOME)
  const off = page.getByRole('switch', { name: 'Single-letter keys are on' })
  // The page can be seen before it listens to keys.
  await expect(async () => {
    await page.keyboard.press('?')
    await expect(off).toBeVisible({ timeout: 1000 })
  }).toPass()
  await off.uncheck()
  await page.keyboard.press('Escape')
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page).toHaveURL('/')
})

test.describe('colours', () => {
  test.use({ colorScheme: 'light' })
  const paper = (page: Page) =>
    page.evaluate(() => {
      const canvas = document.createElement('canvas').getContext('2d')!
      canvas.fillStyle = getComputedStyle(document.documentElement).backgroundColor
      canvas.fillRect(0, 0, 1, 1)
      return canvas.getImageData(0, 0, 1, 1).data[0]!
    })

  test('follow the choice, which stays, in every window and before the first paint', async ({
    page,
    context,
  }) => {
    await visit(page, HOME)
    expect(await paper(page)).toBeGreaterThan(200)
    await page.getByRole('banner').getByRole('button').click()
    await page.getByRole('menuitemradio', { name: 'Dark' }).click()
    await expect.poll(() => paper(page)).toBeLessThan(60)
    await page.reload()
    expect(await paper(page)).toBeLessThan(60)
    const other = await context.newPage()
    await visit(other, { path: '/connections', name: 'Connections' })
    expect(await paper(other)).toBeLessThan(60)

    await other.getByRole('banner').getByRole('button').click()
    await other.getByRole('menuitemradio', { name: 'As the system' }).click()
    await expect.poll(() => paper(other)).toBeGreaterThan(200)
    await expect.poll(() => paper(page), { message: 'the first window follows' }).toBeGreaterThan(200)
    await page.emulateMedia({ colorScheme: 'dark' })
    await expect.poll(() => paper(page)).toBeLessThan(60)
  })
})

test('says that the box does not answer, how old the figures are, and recovers by itself', async ({
  browser,
  guard,
}) => {
  test.slow()
  guard.expect(UNANSWERED, refused(502), refused(503))
  const site = await startSite()
  const administrator = await Administrator.claim(site.url)
  const context = await browser.newContext({ baseURL: site.url, storageState: administrator.storageState })
  guard.watch(context, site.url)
  const page = await context.newPage()
  try {
    await visit(page, HOME)
    await site.fake.close()
    const notice = page.getByRole('alert').filter({ hasText: 'The box does not answer' })
    await expect(notice).toBeVisible({ timeout: 15_000 })
    await expect(notice).toContainText(/What you see is from \d/)
    await expect(page.getByRole('banner').getByRole('status')).toHaveText('No answer')

    // other pages say it too, and none of them breaks
    await page.getByRole('link', { name: 'Connections', exact: true }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Connections' })).toBeVisible()
    await expect(notice).toBeVisible()

    site.fake = await startFakeDataplane({ socket: site.socket })
    await expect(notice).toBeHidden({ timeout: 15_000 })
    await expect(page.getByRole('banner').getByRole('status')).toHaveText('Online')
    await expect(page.getByRole('table', { name: 'Connections' }).getByRole('row').nth(3)).toBeVisible()
  } finally {
    await context.close()
    await site.stop()
  }
})

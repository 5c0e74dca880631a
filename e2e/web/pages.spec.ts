/**
 * Every page with data, light and dark, wide and on a phone: a picture in test-results/pages, and no serious finding of axe.
 * The wide half runs in the project `web-desktop`, the narrow one in `web-phone`.
 */
import path from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { ROOT } from '../lab/record.ts'
import { furnish } from './household.ts'
import { overhang, PAGES, visit } from './pages.ts'
import { expect, NOBODY, startSite, test } from './site.ts'

const PICTURES = path.join(ROOT, 'test-results/pages')
test.use({
  contextOptions: { reducedMotion: 'reduce' },
  deviceScaleFactor: 1,
  viewport: async ({ isMobile }, use) =>
    use(isMobile ? { width: 390, height: 844 } : { width: 1280, height: 800 }),
})

test.beforeAll(({ administrator }) => furnish(administrator))

for (const scheme of ['light', 'dark'] as const)
  test.describe(scheme, () => {
    test.use({ colorScheme: scheme })

    for (const place of PAGES)
      test(`${place.name}`, async ({ page }) => {
        await visit(page, place)
        await examine(page, place.name, scheme)
      })

    test('an opened connection', async ({ page }) => {
      await visit(page, { path: '/connections?sort=age', name: 'Connections' })
      await page
        .getByRole('button', { name: /why is this here/ })
        .first()
        .click()
      await expect(page.getByRole('heading', { name: 'Why is this here?' })).toBeVisible()
      await examine(page, 'connection', scheme)
    })

    test.describe(() => {
      test.use({ storageState: NOBODY })

      test('Log in', async ({ page }) => {
        await page.goto('/login')
        await expect(page.getByRole('button', { name: 'Log in' })).toBeVisible()
        await examine(page, 'login', scheme)
      })
    })
  })

test('First administrator, in both schemes', async ({ browser, guard, viewport, isMobile }) => {
  const site = await startSite()
  try {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({ colorScheme, viewport, isMobile, storageState: NOBODY })
      guard.watch(context, site.url)
      const page = await context.newPage()
      await page.goto(site.url)
      await expect(page.getByRole('button', { name: 'Create administrator' })).toBeVisible()
      await page.getByLabel('Password', { exact: true }).fill('too short')
      await examine(page, 'setup', colorScheme)
      await context.close()
    }
  } finally {
    await site.stop()
  }
})

async function examine(page: Page, name: string, scheme: string): Promise<void> {
  const { width } = page.viewportSize()!
  const file = `${name.toLowerCase().replaceAll(' ', '-')}-${width}-${scheme}.png`
  await page.screenshot({ path: path.join(PICTURES, file), fullPage: true, animations: 'disabled' })
  expect.soft(await overhang(page), 'the page is no wider than the window').toBeLessThanOrEqual(0)
  const { violations } = await new AxeBuilder({ page }).analyze()
  const findings = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(' | ')}`)
  expect(findings, 'serious findings of axe').toEqual([])
}

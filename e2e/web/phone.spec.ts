/** What a thumb does: the bar at the bottom, its menu, a rule, the order of connections. */
import type { Page } from '@playwright/test'
import { furnish } from './household.ts'
import { apply, overhang, PAGES, visit } from './pages.ts'
import { expect, test } from './site.ts'

const bar = (page: Page) => page.getByRole('navigation', { name: 'Pages' })

/** The narrowest phones in use (Galaxy S series in its small setting, iPhone SE of 2016 in its larger one). */
const NARROWEST = { width: 360, height: 740 }

test.beforeEach(({ administrator }) => administrator.reset())

test('every page is within reach of the thumb', async ({ page }) => {
  await visit(page, { path: '/', name: 'Home' })
  for (const { path, name } of PAGES) {
    const link = bar(page).getByRole('link', { name, exact: true })
    if (await link.isVisible()) await link.tap()
    else {
      await bar(page).getByRole('button').tap()
      await page.getByRole('menuitem', { name, exact: true }).tap()
    }
    await expect(page).toHaveURL(path)
    await expect(page.getByRole('heading', { level: 1, name })).toBeAttached()
  }
})

test('a rule is switched off, and another added', async ({ page, site }) => {
  await visit(page, { path: '/rules', name: 'Rules' })
  const rules = () => site.fake.current.snapshot.rules.chains[1]!.rules
  await page.getByRole('button', { name: 'Add rule' }).nth(1).tap()
  await page.getByRole('dialog').getByLabel('Comment').fill('from the sofa')
  await page.getByRole('dialog').getByLabel('From', { exact: true }).fill('192.168.77.20')
  await page.getByRole('button', { name: 'Keep in the draft' }).tap()
  await page.getByLabel('rule 3 is on').filter({ visible: true }).tap()
  await apply(page)
  expect(rules().map(({ comment, enabled }) => [comment, enabled])).toEqual([
    ['the household goes out under one address', false],
    ['from the sofa', true],
  ])
})

test('connections are put in order without column headers', async ({ page }) => {
  await visit(page, { path: '/connections', name: 'Connections' })
  await page.getByLabel('Order').selectOption('by age')
  await expect(page).toHaveURL('/connections?sort=age')
  await page.getByRole('button', { name: 'largest first' }).tap()
  await expect(page).toHaveURL('/connections?sort=age&direction=asc')
  await page
    .getByRole('button', { name: /why is this here/ })
    .first()
    .tap()
  await expect(page.getByRole('heading', { name: 'Why is this here?' })).toBeVisible()
})

test.describe('on the narrowest phone', () => {
  test.use({ viewport: NARROWEST })

  test('the longest name of a page stands on one line of the bar', async ({ page }) => {
    await visit(page, { path: '/forwards', name: 'Port forwarding' })
    const names = bar(page).locator('a, button')
    await expect(names.last()).toHaveText('Forwards')
    const broken = await names.evaluateAll((all) =>
      all
        .filter((name) => {
          const range = document.createRange()
          range.selectNodeContents(name)
          const [text, room] = [range.getBoundingClientRect(), name.getBoundingClientRect()]
          return text.left < room.left || text.right > room.right || text.height > 24
        })
        .map((name) => name.textContent),
    )
    expect(broken).toEqual([])
  })

  test('no page is wider than the window', async ({ page, administrator }) => {
    // every page, one after the other
    test.setTimeout(180_000)
    await furnish(administrator)
    for (const place of PAGES) {
      await visit(page, place)
      expect.soft(await overhang(page), place.name).toBeLessThanOrEqual(0)
    }
  })
})

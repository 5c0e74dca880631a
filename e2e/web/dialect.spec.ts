/** The two dialects of the rules: the switch, looked at before it is made; netfilter's chains by table; both on a phone and in the dark. */
import type { Page } from '@playwright/test'
import { apply, draftBar, overhang, visit } from './pages.ts'
import { expect, test } from './site.ts'

const RULES = { path: '/rules', name: 'Rules' }
const TITLES = {
  filter: 'What may pass',
  nat: 'Whose address it carries',
  mangle: 'What is changed on the way',
}
const group = (page: Page, table: keyof typeof TITLES) =>
  page.getByRole('region', { name: `${table} ${TITLES[table]}` })
const dialog = (page: Page) => page.getByRole('dialog')

test.beforeEach(({ administrator }) => administrator.reset())

async function translate(page: Page, from: string): Promise<void> {
  await page.getByRole('button', { name: `${from} dialect …` }).click()
  await dialog(page).getByRole('button', { name: 'Translate the draft' }).click()
  await expect(dialog(page)).toBeHidden()
}

test('the switch says what changes, goes into the draft, and is applied like any change', async ({
  page,
  administrator,
}) => {
  await visit(page, RULES)
  await page.getByRole('button', { name: 'classic dialect …' }).click()
  await expect(dialog(page).getByRole('heading', { name: 'Switch to the netfilter dialect' })).toBeVisible()
  await expect(dialog(page)).toContainText('What changes its meaning, or cannot be carried over')
  await expect(dialog(page).getByRole('listitem').first()).toBeVisible()
  await dialog(page).getByRole('button', { name: 'Cancel' }).click()
  await expect(draftBar(page)).toContainText('Nothing to apply')

  await translate(page, 'classic')
  await expect(group(page, 'nat').getByRole('row').filter({ hasText: 'MASQUERADE' })).toBeVisible()
  expect((await administrator.settings()).snapshot.rules.dialect).toBe('classic')
  await apply(page)
  const { rules } = (await administrator.settings()).snapshot
  expect(rules.dialect).toBe('netfilter')
  expect(rules.chains.find(({ name }) => name === 'POSTROUTING')!.rules[0]!.target).toMatchObject({
    verdict: 'MASQ',
  })

  await translate(page, 'netfilter')
  await apply(page)
  expect((await administrator.settings()).snapshot.rules.dialect).toBe('classic')
  await expect(page.getByRole('table', { name: 'Rules of forward' })).toBeVisible()
})

test('chains stand by their table, and those that do nothing are folded', async ({ page }) => {
  await visit(page, RULES)
  await expect(page.getByRole('heading', { level: 2, name: 'forward' })).toBeVisible()
  await translate(page, 'classic')
  const tables = page.getByRole('heading', { level: 2, name: /^(filter|nat|mangle) / })
  await expect(tables).toHaveText([/^filter/, /^nat/, /^mangle/])
  await expect(group(page, 'filter').getByRole('table')).toHaveCount(3)
  await expect(group(page, 'nat').getByRole('table').filter({ visible: true })).toHaveCount(1)
  await expect(group(page, 'nat').getByText('2 chains without a rule: PREROUTING, OUTPUT')).toBeVisible()
  const mangle = group(page, 'mangle')
  await expect(mangle.getByRole('table', { name: 'Rules of mangle FORWARD' })).toBeHidden()
  await mangle.getByText('5 chains without a rule').click()
  await expect(mangle.getByRole('table', { name: 'Rules of mangle FORWARD' })).toBeVisible()
})

test('a DNAT rule leads to a name server of the line, which is chosen and not typed', async ({
  page,
  administrator,
}) => {
  await visit(page, RULES)
  await translate(page, 'classic')
  const nat = group(page, 'nat')
  await nat.getByText('2 chains without a rule').click()
  await nat.getByRole('button', { name: 'Add rule' }).nth(1).click()
  await expect(dialog(page).getByRole('heading', { name: 'New rule in nat PREROUTING' })).toBeVisible()
  await dialog(page).getByLabel('Target', { exact: true }).selectOption('verdict:DNAT')
  const to = dialog(page).getByLabel('To destination')
  await to.fill('@dns1, 192.0.2.1')
  await dialog(page).getByRole('button', { name: 'Keep in the draft' }).click()
  await expect(to, 'a word beside an address').toHaveAccessibleDescription(/@dns1 stands alone/)
  await dialog(page).getByLabel('Whom it is for').selectOption('@dns2')
  await expect(to).toBeHidden()
  await expect(dialog(page)).toContainText('the line’s second DNS server (@dns2)')
  await dialog(page).getByRole('button', { name: 'Keep in the draft' }).click()
  await expect(nat.getByRole('row').filter({ hasText: '@dns2' })).toBeVisible()
  await apply(page)
  const { rules } = (await administrator.settings()).snapshot
  expect(rules.chains.find(({ name }) => name === 'PREROUTING')!.rules[0]!.target).toMatchObject({
    verdict: 'DNAT',
    ranges: [{ from: '@dns2', to: '@dns2' }],
  })
})

for (const scheme of ['light', 'dark'] as const)
  test(`fits a phone, ${scheme}: rules of netfilter and the dialog of the switch`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme })
    await page.setViewportSize({ width: 390, height: 844 })
    await visit(page, RULES)
    await page.getByRole('button', { name: 'classic dialect …' }).click()
    const box = (await dialog(page).boundingBox())!
    expect(box.x).toBeGreaterThanOrEqual(0)
    expect(box.x + box.width).toBeLessThanOrEqual(390)
    await dialog(page).getByRole('button', { name: 'Translate the draft' }).click()
    await expect(group(page, 'nat')).toBeVisible()
    expect(await overhang(page)).toBeLessThanOrEqual(0)
  })

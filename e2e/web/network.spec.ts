/** Network: which interface plays which part. */
import { apply, draftBar, visit } from './pages.ts'
import { expect, test } from './site.ts'

const NETWORK = { path: '/network', name: 'Network' }

test.beforeEach(async ({ administrator }) => {
  await administrator.save('interfaces', {
    list: [
      { name: 'lan0', role: 'lan' },
      { name: 'wan0', role: 'wan' },
    ],
  })
})

test('a line that is not there yet can have its role already', async ({ page, site }) => {
  await visit(page, NETWORK)
  await expect(page.getByRole('row').filter({ hasText: 'lan0' })).toContainText('192.168.77.1/24')
  await page.getByLabel('Another interface').fill('not a name')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page.getByLabel('Another interface')).toHaveAttribute('aria-invalid', 'true')
  await page.getByLabel('Another interface').fill('ppp0')
  await page.getByRole('button', { name: 'Add', exact: true }).click()

  await page.getByLabel('Role of ppp0').selectOption('WAN')
  await expect(page.getByText('only one interface can be the WAN').first()).toBeVisible()
  await expect(draftBar(page).getByRole('button', { name: 'Apply' })).toBeDisabled()
  await page.getByLabel('Role of wan0').selectOption('unused')
  await apply(page)
  expect(site.fake.current.snapshot.interfaces.list).toEqual([
    { name: 'lan0', role: 'lan' },
    { name: 'wan0', role: 'unused' },
    { name: 'ppp0', role: 'wan' },
  ])
})

test('the last LAN interface cannot be given away', async ({ page, site }) => {
  await visit(page, NETWORK)
  await page.getByLabel('Role of lan0').selectOption('unused')
  await expect(
    page.getByText('at least one interface must be LAN, or nobody could reach this page'),
  ).toBeVisible()
  await expect(draftBar(page).getByRole('button', { name: 'Apply' })).toBeDisabled()
  await draftBar(page).getByRole('button', { name: 'Discard' }).click()
  await expect(page.getByLabel('Role of lan0')).toHaveValue('lan')
  expect(site.fake.current.snapshot.interfaces.list[0]!.role).toBe('lan')
})

/** Devices: who is in the house, what each is called, what it does now. */
import { defaultSnapshot } from '@bauta/config'
import { refused } from './guard.ts'
import { visit } from './pages.ts'
import { expect, test } from './site.ts'

const DEVICES = { path: '/devices', name: 'Devices' }

test.beforeEach(async ({ administrator }) => {
  const { dhcp, lan } = defaultSnapshot()
  await administrator.save('dhcp', dhcp)
  await administrator.save('lan', lan)
})

test('who is there comes first, and the filter finds by any word', async ({ page }) => {
  await visit(page, DEVICES)
  const rows = page.getByRole('row')
  await expect(rows.last()).toContainText('guest-tablet')
  await expect(rows.last()).toContainText('ago')
  await page.keyboard.press('/')
  await page.keyboard.type('espressif 77.40')
  await expect(rows).toHaveCount(2)
  await expect(rows.last()).toContainText('Espressif device')
  await page.getByLabel('Find a device').fill('nobody here')
  await expect(page.getByText('No device is like this')).toBeVisible()
})

test('a device gets a name and keeps its address', async ({ page, site, guard }) => {
  guard.expect(refused(422))
  await visit(page, DEVICES)
  await page.getByRole('button', { name: 'game-console' }).click()
  const drawer = page.getByRole('dialog')
  await expect(drawer).toContainText('00:d9:d1:5c:33:24')
  await drawer.getByLabel('Name').fill('no_good_name')
  await drawer.getByRole('button', { name: 'Save' }).click()
  await expect(drawer.getByText('cannot be the name of a machine')).toBeVisible()
  await drawer.getByLabel('Name').fill('playroom')
  await drawer.getByLabel('Always give it 192.168.77.24').check()
  await drawer.getByRole('button', { name: 'Save' }).click()
  await expect(drawer.getByRole('heading', { name: 'playroom' })).toBeVisible()
  expect(site.fake.current.snapshot.dhcp.reservations).toEqual([
    { mac: '00:d9:d1:5c:33:24', address: '192.168.77.24', name: 'playroom' },
  ])
  await drawer.getByLabel('Name').fill('')
  await drawer.getByLabel('Always give it 192.168.77.24').uncheck()
  await drawer.getByRole('button', { name: 'Save' }).click()
  await expect(drawer.getByRole('heading', { name: 'game-console' })).toBeVisible()
  expect(site.fake.current.snapshot.dhcp.reservations).toEqual([])
})

test('its connections are one press away, and only its own', async ({ page }) => {
  await visit(page, DEVICES)
  await page.getByRole('button', { name: 'television' }).click()
  await expect(page.getByRole('dialog').getByRole('listitem').first()).toBeVisible()
  await page.getByRole('dialog').getByRole('link', { name: 'All of them' }).click()
  await expect(page).toHaveURL('/connections?q=client%3A192.168.77.20')
  await expect(page.getByText('television').first()).toBeVisible()
})

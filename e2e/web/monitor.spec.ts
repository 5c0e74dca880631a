/** The live packet monitor: choose, watch, see what changed, stop, take the file. */
import { overhang, visit } from './pages.ts'
import { expect, test } from './site.ts'

const MONITOR = { path: '/monitor', name: 'Monitor' }

test('packets before and after translation, what changed is marked; stop, and the file', async ({ page }) => {
  await visit(page, MONITOR)
  await page.getByLabel('Host').fill('192.168.77.11')
  await page.getByRole('button', { name: 'Watch' }).click()
  const packets = page.getByRole('list', { name: 'Packets' })
  await expect(packets.getByRole('listitem').first()).toContainText('→')
  await expect(packets).toContainText('lan0 → wan0')
  await expect(packets).toContainText('203.0.113.24:')
  await expect(page.getByText('Watching host 192.168.77.11.')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Packets' }).getByRole('listitem').nth(3)).toBeVisible()
  await page.getByRole('button', { name: 'Stop' }).click()
  await expect(page.getByText('It was stopped.')).toBeVisible()
  const file = await page.request.get('/api/monitor/pcapng')
  expect(file.headers()['content-disposition']).toContain('bauta.pcapng')
  expect((await file.body()).readUInt32LE(0)).toBe(0x0a0d0d0a)
})

test('a connection of the table is watched; a wrong address says so', async ({ page, guard }) => {
  guard.expect(/422.*\/api\/monitor/)
  await visit(page, { path: '/connections?q=proto:tcp', name: 'Connections' })
  await page.getByRole('row').nth(2).click()
  await page.getByRole('link', { name: 'Watch its packets' }).click()
  await page.getByRole('button', { name: /^Watch/ }).click()
  await expect(page.getByText('Watching one connection.')).toBeVisible()
  await page.getByRole('link', { name: 'Other packets' }).click()
  await page.getByLabel('Host').fill('the tv')
  await page.getByRole('button', { name: /^Watch/ }).click()
  await expect(page.getByText('an IPv4 address, please: 192.168.77.12')).toBeVisible()
})

test('fits a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 })
  await visit(page, MONITOR)
  await page.getByRole('button', { name: /^Watch/ }).click()
  await expect(page.getByRole('list', { name: 'Packets' }).getByRole('listitem').first()).toBeVisible()
  expect(await overhang(page)).toBeLessThanOrEqual(0)
})

/** Protocol helpers: what each is for, switched on and off, its ports, and how many connections use it now. */
import { apply, draftBar, visit } from './pages.ts'
import { expect, test } from './site.ts'

const HELPERS = { path: '/helpers', name: 'Helpers' }

test.beforeEach(({ administrator }) => administrator.reset())

test('all are off but FTP, and each says what it is for', async ({ page }) => {
  await visit(page, HELPERS)
  const rows = page.getByRole('listitem').filter({ has: page.getByRole('switch') })
  await expect(rows).toHaveCount(12)
  await expect(page.getByRole('switch', { checked: true })).toHaveCount(1)
  const ftp = page.getByRole('listitem', { name: 'FTP', exact: true })
  await expect(ftp.getByRole('switch')).toBeChecked()
  await expect(ftp).toContainText('the server opens the connection for every file')
  await expect(page.getByRole('listitem', { name: 'SIP' })).not.toContainText('in use')
})

test('one is switched on and another gets a port, as one change', async ({ page, administrator }) => {
  await visit(page, HELPERS)
  await page.getByRole('listitem', { name: 'TFTP' }).getByRole('switch').check()
  await page.getByLabel('TCP ports of FTP').fill('21, 2121')
  await expect(draftBar(page)).toContainText('2 changes to apply')
  await apply(page)
  const { list } = (await administrator.settings()).snapshot.helpers
  expect(list.filter(({ enabled }) => enabled)).toEqual([
    { name: 'ftp', enabled: true, ports: [21, 2121] },
    { name: 'tftp', enabled: true, ports: [69] },
  ])
  await page.getByRole('listitem', { name: 'FTP', exact: true }).getByRole('switch').uncheck()
  await apply(page)
  await page.goto('/changes')
  await expect(page.getByText('Helper for FTP switched off').first()).toBeVisible()
})

test('the thirteenth port is refused beside its field, with the reason of Linux 2.2', async ({ page }) => {
  await visit(page, HELPERS)
  const ports = page.getByLabel('TCP ports of FTP')
  await ports.fill(Array.from({ length: 13 }, (_, i) => 2100 + i).join(', '))
  await ports.blur()
  await expect(page.getByText(/at most 12 ports for one helper.*MAX_MASQ_APP_PORTS/)).toBeVisible()
  await expect(draftBar(page).getByRole('button', { name: 'Apply' })).toBeDisabled()
  await ports.fill('21, ftp')
  await ports.blur()
  await expect(page.getByText('ports begin at 1')).toBeVisible()
  await expect(ports, 'what was typed stays').toHaveValue('21, ftp')
  await draftBar(page).getByRole('button', { name: 'Discard' }).click()
  await expect(ports).toHaveValue('21')
  await ports.fill('21, ftp')
  await ports.fill('21')
  await expect(draftBar(page).getByRole('button', { name: 'Apply' })).toHaveCount(0)
})

test('where browsers talk, a helper is warned of before it is switched on', async ({ page }) => {
  await visit(page, HELPERS)
  await page.getByLabel('TCP ports of FTP').fill('21, 8080')
  await expect(
    page.getByText('The helper for FTP reads along on port 8080, where browsers talk.'),
  ).toBeVisible()
})

test('how many connections use one is told live, and in the file of Linux 2.2', async ({ page, site }) => {
  const { flows } = site.fake.home
  const toFiles = flows.filter(({ row }) => row.serverPort === 21)
  expect(toFiles.length).toBeGreaterThan(1)
  await visit(page, HELPERS)
  const ftp = page.getByRole('listitem', { name: 'FTP', exact: true })
  await expect(ftp).toContainText(/in use by \d+ connections/)
  await page.getByRole('link', { name: 'ip_masq/app' }).click()
  const file = page.getByRole('region', { name: '/proc/net/ip_masq/app' })
  await expect(file).toContainText('prot port    n_attach name')
  await expect(file).toContainText(/TCP {2}21 {6}\d+ +ftp/)
})

/** The table of connections: filter and order live in the address, rows open in place, one can be ended, and the raw file. */
import type { Page } from '@playwright/test'
import { addConnection } from './household.ts'
import { visit } from './pages.ts'
import { expect, test } from './site.ts'

const CONNECTIONS = { path: '/connections', name: 'Connections' }
const filterOf = (page: Page) => page.getByLabel('Filter', { exact: true })
const tableOf = (page: Page) => page.getByRole('table', { name: 'Connections' })
/** Rows in sight, without the head. */
const rowsOf = (page: Page) =>
  tableOf(page)
    .getByRole('row')
    .filter({ has: page.getByRole('cell') })

test.beforeAll(({ site }) => {
  addConnection(site.fake, {
    client: '192.168.77.31',
    clientPort: 41_000,
    masqPort: 41_007,
    device: 'plotter',
    server: '93.184.216.99',
    serverName: 'paper.example.org',
    serverPort: 9100,
  })
  addConnection(site.fake, {
    protocol: 'UDP',
    state: 'UDP',
    client: '192.168.77.31',
    device: 'plotter',
    server: '93.184.216.99',
    serverName: 'paper.example.org',
    serverPort: 161,
    timeout: 300,
    expiresIn: 300,
  })
})

test('shows what each connection is, and both ports', async ({ page }) => {
  await visit(page, { ...CONNECTIONS, path: '/connections?q=port%3A9100' })
  await expect(rowsOf(page)).toHaveCount(1)
  const row = rowsOf(page).first()
  for (const text of ['TCP', 'plotter', 'paper.example.org', '41000', '41007', '9100', 'established', '#3'])
    await expect(row).toContainText(text, { ignoreCase: true })
  await expect(page.getByText(/^1 of \d+ match$/)).toBeVisible()
})

test('keeps the filter in the address: typing, going there, going back', async ({ page }) => {
  await visit(page, CONNECTIONS)
  const all = await tableOf(page).getAttribute('aria-rowcount')
  await filterOf(page).fill('device:plotter')
  await expect(page).toHaveURL('/connections?q=device%3Aplotter')
  await expect(rowsOf(page)).toHaveCount(2)

  await page.getByRole('radio', { name: 'UDP' }).check()
  await expect(filterOf(page)).toHaveValue(/proto:udp/)
  await expect(rowsOf(page)).toHaveCount(1)

  const address = page.url()
  await page.getByRole('link', { name: 'Home' }).click()
  await expect(page).toHaveURL('/')
  await page.goBack()
  await expect(page).toHaveURL(address)
  await expect(filterOf(page)).toHaveValue(/device:plotter/)
  await expect(rowsOf(page)).toHaveCount(1)

  await page.reload()
  await expect(rowsOf(page)).toHaveCount(1)
  await page.getByRole('button', { name: 'Clear' }).click()
  await expect(page).toHaveURL('/connections')
  expect(Number(all)).toBeGreaterThan(100)
  await expect
    .poll(async () => Number(await tableOf(page).getAttribute('aria-rowcount')))
    .toBeGreaterThan(100)
})

test('says so when nothing matches, and when a word is unknown', async ({ page }) => {
  await visit(page, CONNECTIONS)
  await filterOf(page).fill('device:nobody')
  await expect(page.getByText('Nothing matches “device:nobody”')).toBeVisible()
  await page.getByRole('button', { name: 'Clear the filter' }).click()
  await expect(filterOf(page)).toHaveValue('')
  await filterOf(page).fill('colour:red')
  await expect(page.getByText(/There is no filter word “colour:”/)).toBeVisible()
  await expect(filterOf(page)).toHaveAttribute('aria-invalid', 'true')
})

test('sorts by every column that can be pressed, both ways', async ({ page }) => {
  await visit(page, CONNECTIONS)
  const column = (name: string) => tableOf(page).getByRole('columnheader', { name, exact: true })
  await expect(column('Rate')).toHaveAttribute('aria-sort', 'descending')

  await column('Server').getByRole('button').click()
  await expect(page).toHaveURL('/connections?sort=server')
  await expect(column('Server')).toHaveAttribute('aria-sort', 'ascending')
  const first = rowsOf(page).first().getByRole('cell').nth(2)
  await expect(first).toContainText('93.184.216.34')
  await column('Server').getByRole('button').click()
  await expect(page).toHaveURL('/connections?sort=server&direction=desc')
  await expect(column('Server')).toHaveAttribute('aria-sort', 'descending')
  await expect(first).toContainText('93.184.216.99')

  for (const name of ['Proto', 'Client', 'State', 'Rate', 'Bytes', 'Age', 'Expires']) {
    await column(name).getByRole('button').click()
    await expect(column(name)).toHaveAttribute('aria-sort', /./)
  }
})

test('counts the expiry down', async ({ page }) => {
  await visit(page, { ...CONNECTIONS, path: '/connections?q=device%3Aplotter+proto%3Audp' })
  const expiry = rowsOf(page).first().locator('[data-column="expires"]')
  const before = secondsOf(await expiry.innerText())
  await expect.poll(async () => secondsOf(await expiry.innerText())).toBeLessThanOrEqual(before - 2)
})

test('opens a row in place and ends the connection', async ({ page, site }) => {
  const id = addConnection(site.fake, { device: 'old-tablet', client: '192.168.77.66' })
  await visit(page, { ...CONNECTIONS, path: '/connections?q=device%3Aold-tablet' })
  const opener = page.getByRole('button', { name: /old-tablet to .*why is this here/ })
  await opener.click()
  await expect(opener).toHaveAttribute('aria-expanded', 'true')
  await expect(page.getByRole('heading', { name: 'Why is this here?' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Show rule 3' })).toHaveAttribute('href', '/rules#rule-3')

  await page.getByRole('button', { name: 'End connection…' }).click()
  const dialog = page.getByRole('dialog', { name: 'End this connection?' })
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  expect(site.fake.home.flows.some(({ row }) => row.id === id)).toBe(true)

  await page.getByRole('button', { name: 'End connection…' }).click()
  await dialog.getByRole('button', { name: 'End connection' }).click()
  await expect(page.getByText('Connection ended', { exact: true })).toBeVisible()
  expect(site.fake.home.flows.some(({ row }) => row.id === id)).toBe(false)
  await expect(page.getByText('Nothing matches')).toBeVisible()
})

test('keeps still while paused, and goes on', async ({ page }) => {
  await visit(page, { ...CONNECTIONS, path: '/connections?q=device%3Aplotter+proto%3Audp' })
  const expiry = rowsOf(page).first().locator('[data-column="expires"]')
  const pause = page.getByRole('button', { name: 'Pause' })
  await pause.click()
  await expect(pause).toHaveAttribute('aria-pressed', 'true')
  await expect(page.getByText(/^Paused at .*: what you see does not change/)).toBeVisible()
  const before = await expiry.innerText()
  await page.waitForTimeout(2500)
  expect(await expiry.innerText()).toBe(before)
  await pause.click()
  await expect(expiry).not.toHaveText(before)
})

test('shows the raw file beside the table, and remembers it in the address', async ({ page }) => {
  await visit(page, CONNECTIONS)
  await page.getByRole('button', { name: 'Raw' }).click()
  await expect(page).toHaveURL('/connections?raw=1')
  const file = page.getByRole('region', { name: 'Content of the file' })
  await expect(file).toContainText(
    'Prc FromIP   FPrt ToIP     TPrt Masq Init-seq  Delta PDelta Expires (free=',
  )
  // 192.168.77.31 port 41000 → 93.184.216.99 port 9100, as 2.2 wrote it
  await expect(file).toContainText('TCP C0A84D1F:A028 5DB8D863:238C A02F')
})

function secondsOf(clock: string): number {
  return clock
    .trim()
    .split(':')
    .reduce((sum, part) => sum * 60 + Number(part), 0)
}

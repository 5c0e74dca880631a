/** Counters: what was carried, every reason for a drop with its meaning, and the files of 2.2. */
import { visit } from './pages.ts'
import { expect, test } from './site.ts'

const COUNTERS = { path: '/counters', name: 'Counters' }

test('every reason for a drop is listed with its meaning; what never happened on request', async ({
  page,
}) => {
  await visit(page, COUNTERS)
  const drops = page.getByRole('table', { name: 'Reasons for which packets were dropped' })
  const denied = drops.getByRole('row').filter({ hasText: 'input-denied' })
  await expect(denied).toContainText('the input chain said DENY')
  await expect(denied.getByRole('cell').nth(2)).toHaveText(/^[1-9]/)
  await expect(drops.getByText('table-full')).toBeHidden()
  const never = page.getByRole('switch', { name: 'Show all reasons' })
  await never.check()
  await expect(drops.getByRole('row').filter({ hasText: 'table-full' })).toContainText('no free row')
  await page.reload()
  await expect(never).toBeChecked()
  await expect(drops.getByText('table-full')).toBeVisible()
})

test('figures move while one looks', async ({ page }) => {
  await visit(page, COUNTERS)
  const carried = page
    .getByRole('table', { name: 'Packets carried, by their way' })
    .getByRole('row')
    .filter({ hasText: 'masqueraded or answered through' })
  const before = await carried.innerText()
  await expect(carried).not.toHaveText(before)
})

test('shows the files as Linux 2.2 printed them', async ({ page }) => {
  await visit(page, COUNTERS)
  const file = (name: string) => page.getByRole('region', { name: `/proc/net/${name}` })
  await expect(file('ip_masquerade')).toContainText('Prc FromIP   FPrt ToIP     TPrt Masq Init-seq')
  for (const [label, text] of [
    ['ip_fwchains', 'MASQ'],
    ['ip_fwnames', 'forward DENY'],
    ['ip_masq/app', 'prot port    n_attach name'],
    ['ip_masq/udp', 'Prot SrcIP    SPrt DstIP'],
    ['nf_conntrack', 'ipv4     2 tcp      6'],
  ] as const) {
    await page.getByRole('radio', { name: label }).check()
    await expect(file(label)).toContainText(text)
  }
})

test('Prometheus can read the same from /metrics', async ({ page }) => {
  const reply = await page.request.get('/metrics')
  expect(reply.status()).toBe(200)
  expect(reply.headers()['content-type']).toContain('text/plain')
  expect(await reply.text()).toContain('bauta_connections')
})

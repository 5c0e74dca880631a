/** DNS: figures, servers, domains, names of the household, private addresses in answers. */
import type { Page } from '@playwright/test'
import { apply, draftBar, visit } from './pages.ts'
import { expect, test } from './site.ts'

const DNS = { path: '/dns', name: 'DNS' }
const button = (page: Page, name: string) => page.getByRole('main').getByRole('button', { name, exact: true })

test.beforeEach(({ administrator }) => administrator.reset())

test('servers, domains and names are written down and applied', async ({ page, administrator, site }) => {
  await visit(page, DNS)
  await button(page, 'Add server').click()
  await expect(page.getByLabel('server 1')).toBeFocused()
  await page.keyboard.type('9.9.9.9')
  await button(page, 'Add domain').first().click()
  await page.getByLabel('Domain of domain 1').fill('office.example')
  await page.getByLabel('Servers of domain 1').fill('10.20.0.53, 10.20.0.54')
  await button(page, 'Add name').click()
  await page.getByLabel(/^Name of/).fill('printer')
  await page.getByLabel(/^Address of/).fill('192.168.77.30')
  await page.getByLabel('Cache').fill('500')
  await page.getByLabel('Local domain').fill('house.home.arpa')
  await draftBar(page).getByRole('button', { name: 'Show' }).click()
  await expect(draftBar(page).getByRole('listitem')).toHaveText([
    'DNS servers those of the provider → 9.9.9.9',
    'DNS for office.example asked of 10.20.0.53, 10.20.0.54',
    'Host name printer added: 192.168.77.30',
    'Local domain home.arpa → house.home.arpa',
    'DNS cache 10000 names → 500 names',
  ])
  await apply(page)
  const { dns } = (await administrator.settings()).snapshot
  expect(dns).toMatchObject({
    upstreams: ['9.9.9.9'],
    domains: [{ domain: 'office.example', servers: ['10.20.0.53', '10.20.0.54'] }],
    hosts: [{ name: 'printer', address: '192.168.77.30' }],
    cacheSize: 500,
  })
  expect(site.fake.current.snapshot.dns).toEqual(dns)
})

test('faults stand beside the field that has them', async ({ page }) => {
  await visit(page, DNS)
  await button(page, 'Add name').click()
  const name = page.getByLabel(/^Name of/)
  const address = page.getByLabel(/^Address of/)
  await name.fill('two words')
  await address.fill('192.168.77')
  await address.blur()
  await expect(name).toHaveAccessibleDescription('“two words” is not a host or domain name')
  await expect(address).toHaveAccessibleDescription('“192.168.77” is not an IPv4 address')
  await expect(draftBar(page)).toContainText('2 fields need attention')
  await button(page, 'Add server').click()
  await expect(page.getByLabel('server 1')).toBeFocused()
  await page.keyboard.type('quad9')
  await page.keyboard.press('Tab')
  await expect(page.getByLabel('server 1')).toHaveAccessibleDescription(/“quad9” is not a DNS server/)
  await expect(draftBar(page).getByRole('button', { name: 'Apply' })).toBeDisabled()
  await draftBar(page).getByRole('button', { name: 'Discard' }).click()
  await expect(name).toBeHidden()
})

test('a stripped answer shows, and its domain can be allowed from there', async ({ page, administrator }) => {
  await visit(page, DNS)
  await expect(page.getByText('printer.example.net')).toBeVisible()
  await button(page, 'Allow this domain').click()
  await expect(page.getByText('allowed in the draft')).toBeVisible()
  await apply(page)
  expect((await administrator.settings()).snapshot.dns.rebindAllow).toHaveLength(1)
})

test('switching it off says so', async ({ page, site }) => {
  await visit(page, DNS)
  await page.getByRole('switch', { name: 'Answer DNS questions of the household' }).uncheck()
  await apply(page)
  expect(site.fake.current.snapshot.dns.enabled).toBe(false)
})

/** DNS: figures, servers, domains, names of the household, private addresses in answers. */
import type { Page } from '@playwright/test'
import { apply, draftBar, toast, visit } from './pages.ts'
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

test('constant DNS addresses are written down, wrong ones are told beside their field, and where they lead shows', async ({
  page,
  administrator,
  site,
}) => {
  await visit(page, DNS)
  await expect(page.getByText('None: machines ask the box.')).toBeVisible()
  const add = button(page, 'Add address')
  const address = (number: number) => page.getByLabel(`address ${number}`, { exact: true })
  await add.click()
  for (const [typed, words] of [
    ['10.2.0', /“10\.2\.0” is not an IPv4 address/],
    ['127.0.0.1', /127\.0\.0\.1 is an address that no machine can ask/],
    ['239.1.1.1', /no machine can ask .* write one such as 10\.2\.0\.1/],
    ['@dns1', /“@dns1” is not an IPv4 address/],
  ] as const) {
    await address(1).fill(typed)
    await address(1).blur()
    await expect(address(1), typed).toHaveAccessibleDescription(words)
    await expect(draftBar(page).getByRole('button', { name: 'Apply' })).toBeDisabled()
  }
  await address(1).fill('10.2.0.1')
  await add.click()
  await address(2).fill('10.2.0.1')
  await address(2).blur()
  await expect(address(2)).toHaveAccessibleDescription('10.2.0.1 is there twice')
  await address(2).fill('10.2.0.2')
  await add.click()
  await address(3).fill('10.2.0.3')
  await expect(add, 'three are all there can be').toBeHidden()
  await draftBar(page).getByRole('button', { name: 'Show' }).click()
  await expect(draftBar(page).getByRole('listitem')).toHaveText([
    'Constant DNS addresses: none → 10.2.0.1, 10.2.0.2, 10.2.0.3',
  ])
  await apply(page)
  expect((await administrator.settings()).snapshot.dns.constant).toEqual(['10.2.0.1', '10.2.0.2', '10.2.0.3'])
  expect(site.fake.current.snapshot.dns.constant).toHaveLength(3)
  const now = page.getByLabel('Where they lead now')
  await expect(now).toContainText('10.2.0.1leads to 93.184.216.53 now')
  await expect(now).toContainText('10.2.0.3is refused now: the line has only two servers')
})

test('a stripped answer shows, and its domain can be allowed from there', async ({ page, administrator }) => {
  await visit(page, DNS)
  await expect(page.getByText('printer.example.net')).toBeVisible()
  await button(page, 'Allow this domain').click()
  await expect(page.getByText('allowed in the draft')).toBeVisible()
  await apply(page)
  expect((await administrator.settings()).snapshot.dns.rebindAllow).toHaveLength(1)
})

test('servers are asked over TLS: filled in, completed, applied', async ({ page, site }) => {
  await visit(page, DNS)
  await page.getByRole('radio', { name: 'Over TLS' }).check()
  await expect(page.getByLabel('Address of TLS server 1')).toBeVisible()
  await expect(draftBar(page)).toContainText('need attention')
  await button(page, 'Quad9').click()
  await expect(page.getByLabel('Address of TLS server 2')).toHaveValue('149.112.112.112')
  await page.getByLabel('Name of TLS server 1').fill('not a name')
  await page.keyboard.press('Tab')
  await expect(page.getByLabel('Name of TLS server 1')).toHaveAccessibleDescription(
    /is not a host or domain name/,
  )
  await page.getByLabel('Name of TLS server 1').fill('wrong.example')
  await apply(page)
  expect(site.fake.current.snapshot.dns).toMatchObject({
    transport: 'tls',
    tlsServers: [
      { address: '9.9.9.9', name: 'wrong.example' },
      { address: '149.112.112.112', name: 'dns.quad9.net' },
    ],
  })
  await expect(page.getByText(/certificate of 9\.9\.9\.9 is not for wrong\.example/)).toBeVisible()
})

test('a list is added, its state shows, and a name is told to be on it', async ({ page, site }) => {
  await visit(page, DNS)
  await button(page, 'Add list').click()
  await page.getByLabel('Name of list 1').fill('Advertising')
  await page.getByLabel('Address of list 1').fill('ftp://lists.example/hosts')
  await page.keyboard.press('Tab')
  await expect(page.getByLabel('Address of list 1')).toHaveAccessibleDescription(/begins with https/)
  await page.getByLabel('Address of list 1').fill('https://lists.example/hosts.txt')
  await button(page, 'Add list').click()
  await page.getByLabel('Name of list 2').fill('Gone')
  await page.getByLabel('Address of list 2').fill('https://lists.example/missing.txt')
  await apply(page)
  await expect(page.getByText(/201.344 names, fetched/)).toBeVisible()
  await expect(page.getByText('Could not be fetched: the server answers 404 (Not Found)')).toBeVisible()
  await button(page, 'Fetch them now').click()
  await expect(toast(page, 'The lists are being fetched')).toBeVisible()

  const name = page.getByLabel('Name to look up')
  await name.fill('www.example.org')
  await button(page, 'Look up').click()
  await expect(page.getByText('www.example.org is on no list.')).toBeVisible()
  await name.fill('not a name')
  await button(page, 'Look up').click()
  await expect(name).toHaveAccessibleDescription(/is not a name/)
  await name.fill('ads.example.org')
  await page.keyboard.press('Enter')
  await expect(page.getByText('ads.example.org is blocked: it is on Advertising.')).toBeVisible()
  await button(page, 'Never block this name').click()
  await apply(page)
  expect(site.fake.current.snapshot.dns.blockAllow).toEqual(['ads.example.org'])
  await button(page, 'Look up').click()
  await expect(
    page.getByText('ads.example.org is answered: the settings want it, although it is on Advertising.'),
  ).toBeVisible()
})

test('switching it off says so', async ({ page, site }) => {
  await visit(page, DNS)
  await page.getByRole('switch', { name: 'Answer DNS questions of the household' }).uncheck()
  await apply(page)
  expect(site.fake.current.snapshot.dns.enabled).toBe(false)
})

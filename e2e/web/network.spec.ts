/** Network: which interface plays which part, the home network, who gets which address, the clock. */
import { defaultSnapshot } from '@bauta/config'
import type { Page } from '@playwright/test'
import { refused } from './guard.ts'
import { apply, draftBar, toast, visit } from './pages.ts'
import { expect, test } from './site.ts'

const NETWORK = { path: '/network', name: 'Network' }
/** Says that the page still reaches the box. */
async function keep(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Keep it' }).click()
  await expect(page.getByText(/It goes back by itself in/)).toBeHidden()
  await expect(page.getByText(/went back by itself/)).toHaveCount(0)
}

const PORTS = [
  { name: 'lan0', role: 'lan' as const },
  { name: 'wan0', role: 'wan' as const },
]

test.beforeEach(async ({ administrator, site }) => {
  const { dhcp, lan, time } = defaultSnapshot()
  await administrator.save('interfaces', { list: PORTS })
  // One after the other as they allow each other: addresses are given out only where the box makes the network.
  await administrator.save('dhcp', dhcp)
  await administrator.save('lan', lan)
  await administrator.save('time', time)
  site.fake.household.clash = null
})

const makesNetwork = {
  lan: { addressing: 'box' as const, address: '192.168.77.1', bits: 24, name: 'bauta' },
  dhcp: { ...defaultSnapshot().dhcp, enabled: true },
}

test('the old address leads here', async ({ page }) => {
  await page.goto('/interfaces')
  await expect(page).toHaveURL('/network')
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
  await keep(page)
  expect(site.fake.current.snapshot.interfaces.list).toEqual([
    { name: 'lan0', role: 'lan' },
    { name: 'wan0', role: 'unused' },
    { name: 'ppp0', role: 'wan' },
  ])
})

test('a change that may cut off goes back when nobody keeps it, and every page says so', async ({
  page,
  site,
}) => {
  await visit(page, NETWORK)
  await page.getByLabel('Role of lan1').selectOption('LAN')
  await apply(page)
  await expect(page.getByText(/^Keep revision \d+\? It goes back by itself in \d+ s$/)).toBeVisible()
  expect(site.fake.current.pending).not.toBeNull()
  await page.reload()
  await expect(page.getByText(/It goes back by itself in/)).toBeVisible()
  site.fake.goBack('time')
  await expect(page.getByText(/^Revision \d+ went back by itself$/)).toBeVisible()
  await expect(page.getByLabel('Role of lan1')).toHaveValue('unused')
  // The box writes down that it went back.
  await expect.poll(() => site.fake.current.wentBack).toBeNull()
  await page.getByRole('button', { name: 'All right' }).click()
  await page.goto('/changes')
  await expect(page.getByText(/Went back by itself: nobody confirmed revision/).first()).toBeVisible()
})

test('a change that waits can be taken back at once', async ({ page, site }) => {
  await visit(page, NETWORK)
  await page.getByLabel('Role of lan1').selectOption('LAN')
  await apply(page)
  await page.getByRole('button', { name: 'Go back now' }).click()
  await expect(page.getByLabel('Role of lan1')).toHaveValue('unused')
  expect(site.fake.current.snapshot.interfaces.list).toEqual(PORTS)
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

test('ports say what they are and whether a cable is in', async ({ page }) => {
  await visit(page, NETWORK)
  await expect(page.getByRole('row').filter({ hasText: 'wan0' })).toContainText('Intel I226-V')
  await expect(page.getByRole('row').filter({ hasText: 'wan0' })).toContainText('2.5 Gbit/s')
  const usb = page.getByRole('row').filter({ hasText: 'RTL8153' })
  await expect(usb).toContainText('no cable')
  await expect(usb.getByRole('combobox')).toHaveValue('unused')
})

test('a lease becomes a reservation by one press, and has a name', async ({ page, site, administrator }) => {
  await administrator.save('lan', makesNetwork.lan)
  await administrator.save('dhcp', makesNetwork.dhcp)
  await visit(page, NETWORK)
  await page.getByRole('button', { name: 'Reserve 192.168.77.24' }).click()
  await page.getByLabel('Name of 00:d9:d1:5c:33:24').fill('a name with blanks')
  const bar = page.getByRole('region', { name: 'Changes to apply: Addresses' })
  await expect(bar.getByRole('button', { name: 'Apply' })).toBeDisabled()
  await page.getByLabel('Name of 00:d9:d1:5c:33:24').fill('console')
  await bar.getByRole('button', { name: 'Apply' }).click()
  await expect(toast(page, /Saved and applied: revision \d+/)).toBeVisible()
  expect(site.fake.current.snapshot.dhcp.reservations).toEqual([
    { mac: '00:d9:d1:5c:33:24', address: '192.168.77.24', name: 'console' },
  ])
  await expect(page.getByRole('row').filter({ hasText: '192.168.77.24' }).first()).toContainText('reserved')
})

test('a machine is made known by the address printed on it', async ({ page, site, administrator, guard }) => {
  guard.expect(refused(422))
  await administrator.save('lan', makesNetwork.lan)
  await administrator.save('dhcp', makesNetwork.dhcp)
  await visit(page, NETWORK)
  await page.getByRole('button', { name: 'Add machine' }).click()
  await page.getByLabel('Hardware address').fill('3C-22-FB')
  await page.getByRole('button', { name: 'Add', exact: true }).last().click()
  await expect(page.getByText('six pairs of hexadecimal digits').last()).toBeVisible()
  await page.getByLabel('Hardware address').fill('3C-22-FB-AA-BB-CC')
  await page.getByRole('button', { name: 'Add', exact: true }).last().click()
  await page.getByLabel('Address of 3c:22:fb:aa:bb:cc').fill('192.168.1.9')
  await page
    .getByRole('region', { name: 'Changes to apply: Addresses' })
    .getByRole('button', { name: 'Apply' })
    .click()
  await expect(page.getByText('192.168.1.9 is not in the home network').first()).toBeVisible()
  expect(site.fake.current.snapshot.dhcp.reservations).toEqual([])
})

test('a lease is ended after a question', async ({ page, site, administrator }) => {
  await administrator.save('lan', makesNetwork.lan)
  await administrator.save('dhcp', makesNetwork.dhcp)
  await visit(page, NETWORK)
  await page.getByRole('button', { name: 'End the lease of 192.168.77.41' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'End lease' }).click()
  await expect(page.getByRole('row').filter({ hasText: '192.168.77.41' })).toHaveCount(0)
  expect(site.fake.household.leases().some(({ address }) => address === '192.168.77.41')).toBe(false)
})

test('a clash with the provider is mended by one press, and the addresses move along', async ({
  page,
  site,
  administrator,
}) => {
  await administrator.save('lan', makesNetwork.lan)
  await administrator.save('dhcp', makesNetwork.dhcp)
  site.fake.household.clash = {
    wan: '192.168.77.0/24',
    proposal: '192.168.177.1/24',
    text: 'The provider gave this box 192.168.77.23/24.',
  }
  await visit(page, NETWORK)
  await page.getByRole('button', { name: 'Move the house to 192.168.177.1/24' }).click()
  await expect(page.getByLabel('Address of the box')).toHaveValue('192.168.177.1')
  await page
    .getByRole('region', { name: 'Changes to apply: Home network' })
    .getByRole('button', { name: 'Apply' })
    .click()
  await expect.poll(() => site.fake.current.snapshot.lan.address).toBe('192.168.177.1')
  const link = page.getByRole('link', { name: 'Open the box at 192.168.177.1' })
  await expect(link).toHaveAttribute('href', /^http:\/\/192\.168\.177\.1:\d+\/keep#\d+\./)
  await expect(page.getByRole('button', { name: 'Keep it' })).toBeHidden()
  expect(site.fake.current.snapshot.dhcp).toMatchObject({ from: '192.168.177.100', to: '192.168.177.249' })
})

test('the clock is set by servers of one’s own choice', async ({ page, site }) => {
  await visit(page, NETWORK)
  await page.getByLabel('The box sets its clock by time servers').check()
  await page.getByRole('button', { name: 'Add time server' }).click()
  await page.getByLabel('time server 1').fill('ntp.example.net')
  await page.getByLabel('Time zone').fill('Europe/Wien')
  const bar = page.getByRole('region', { name: 'Changes to apply: Time' })
  await expect(bar.getByRole('button', { name: 'Apply' })).toBeDisabled()
  await page.getByLabel('Time zone').fill('Europe/Vienna')
  await bar.getByRole('button', { name: 'Apply' }).click()
  await expect.poll(() => site.fake.current.snapshot.time.servers).toEqual(['ntp.example.net'])
})

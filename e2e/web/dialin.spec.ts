/** The card of dialling in on the page Network: lines and accounts in the draft, what each line does, and what is wrong. */
import type { Dialin } from '@bauta/config'
import type { Page } from '@playwright/test'
import { apply, draftBar, overhang, visit } from './pages.ts'
import { expect, test } from './site.ts'

const NETWORK = { path: '/network', name: 'Network' }
const ON: Dialin = {
  enabled: true,
  pap: false,
  lines: [
    {
      protocol: 'ppp',
      device: '/dev/ttyS0',
      speed: 115_200,
      kind: 'modem',
      init: 'ATS0=1',
      address: '192.168.77.50',
    },
    {
      protocol: 'ppp',
      device: '/dev/ttyS1',
      speed: 38_400,
      kind: 'direct',
      init: 'ATS0=1',
      address: '192.168.77.51',
    },
  ],
  accounts: [{ name: 'anna', password: 'tr0ub4dor' }],
}
const card = (page: Page) => page.getByRole('region', { name: 'Dialling in', exact: true })
const line = (page: Page, number: number) => card(page).getByRole('group', { name: `Line ${number}` })
const field = (page: Page, name: string) => line(page, 1).getByLabel(name, { exact: true })

test.beforeEach(async ({ administrator, site }) => {
  await administrator.reset()
  site.fake.household.calls.clear()
})
test.afterAll(async ({ administrator, site }) => {
  await administrator.reset()
  site.fake.household.calls.clear()
})

test('off at first; a line and an account are set up, applied, and wait for a call', async ({
  page,
  administrator,
}) => {
  await visit(page, NETWORK)
  await expect(line(page, 1)).toBeHidden()
  await card(page).getByRole('switch', { name: 'Answer calls' }).check()
  await field(page, 'Address of the caller').fill('192.168.77.50')
  await card(page).getByLabel('Name', { exact: true }).fill('anna')
  await card(page).getByLabel('Password', { exact: true }).fill('tr0ub4dor')
  await draftBar(page).getByRole('button', { name: 'Show' }).click()
  await expect(draftBar(page).getByRole('listitem')).toHaveText([
    'Dialling in switched on',
    'Line /dev/ttyS0 added: modem (ATS0=1), 115200 baud, 192.168.77.50',
    'anna may dial in',
  ])
  await apply(page)
  await expect(line(page, 1).getByText('waits for a call')).toBeVisible()
  const { dialin } = (await administrator.settings()).snapshot
  expect(dialin.lines).toEqual([ON.lines[0]])
  // the password does not come back
  expect(JSON.stringify(dialin)).not.toContain('tr0ub4dor')
  await page.reload()
  await expect(card(page).getByLabel('Password', { exact: true })).toHaveValue('')
  await expect(card(page).getByLabel('Password', { exact: true })).toHaveAttribute(
    'placeholder',
    'kept; type to replace it',
  )
})

test('what is wrong is told beside its field', async ({ page }) => {
  await visit(page, NETWORK)
  await card(page).getByRole('switch', { name: 'Answer calls' }).check()
  await field(page, 'Serial line').fill('COM1')
  await field(page, 'Serial line').blur()
  await expect(field(page, 'Serial line')).toHaveAccessibleDescription(
    'a serial line is called /dev/ttyS0, for instance',
  )
  await field(page, 'Told to the modem').fill('S0=1')
  await field(page, 'Told to the modem').blur()
  await expect(field(page, 'Told to the modem')).toHaveAccessibleDescription(
    'a modem is told something that begins with AT, such as ATS0=1',
  )
  await expect(card(page).getByLabel('Password', { exact: true })).toHaveAccessibleDescription(
    'the password is missing',
  )
  // the sentence that tells the change is longer than the bar
  expect(await overhang(page)).toBe(0)
  await expect(draftBar(page).getByRole('button', { name: 'Apply' })).toBeDisabled()
})

test('SLIP over a cable is chosen with open eyes; at a modem it needs an account, and wrong values are told', async ({
  page,
  administrator,
}) => {
  await visit(page, NETWORK)
  await card(page).getByRole('switch', { name: 'Answer calls' }).check()
  await card(page).getByRole('button', { name: 'Remove this account' }).click()
  await field(page, 'Protocol').selectOption('cslip')
  await expect(field(page, 'Protocol')).toHaveAccessibleDescription(/asks for name and password in text/)
  await expect(card(page).getByText('an account is missing: nobody would be let in')).toBeVisible()
  await expect(draftBar(page).getByRole('button', { name: 'Apply' })).toBeDisabled()

  await field(page, 'At its end').selectOption('direct')
  await expect(field(page, 'Protocol')).toHaveAccessibleDescription(
    'SLIP knows no password: whoever plugs in is in the house.',
  )
  await expect(card(page).getByText('an account is missing: nobody would be let in')).toBeHidden()
  await field(page, 'Address of the caller').fill('192.168.77.300')
  await field(page, 'Address of the caller').blur()
  await expect(field(page, 'Address of the caller')).toHaveAccessibleDescription(
    '“192.168.77.300” is not an IPv4 address',
  )
  await field(page, 'Address of the caller').fill('192.168.77.50')
  await draftBar(page).getByRole('button', { name: 'Show' }).click()
  await expect(draftBar(page).getByRole('listitem')).toHaveText([
    'Dialling in switched on',
    'Line /dev/ttyS0 added: direct cable, compressed SLIP, 115200 baud, 192.168.77.50',
  ])
  await apply(page)
  const { dialin } = (await administrator.settings()).snapshot
  expect(dialin).toMatchObject({ lines: [{ protocol: 'cslip', kind: 'direct' }], accounts: [] })
  await page.reload()
  await expect(field(page, 'Protocol')).toHaveValue('cslip')
  await expect(line(page, 1).getByText('open', { exact: true })).toBeVisible()
  await expect(line(page, 1)).toContainText('as 192.168.77.50; rules name this line dialin0')
})

test('who is on since when, what is wrong with a line, and how the last call ended', async ({
  page,
  site,
  administrator,
}) => {
  const at = new Date().setHours(0, 1, 0, 0)
  site.fake.household.calls.set('/dev/ttyS0', { state: 'on', caller: { name: 'anna', since: at } })
  site.fake.household.calls.set('/dev/ttyS1', {
    state: 'failed',
    problem: 'there is no serial line /dev/ttyS1; was an adapter unplugged?',
    last: { at, text: '“ben” was turned away: the password is wrong', failed: true },
  })
  await administrator.save('dialin', ON)
  await visit(page, NETWORK)
  await expect(card(page).getByText('1 is on')).toBeVisible()
  await expect(line(page, 1)).toContainText('anna is on since today 00:01, as 192.168.77.50')
  await expect(line(page, 1)).toContainText('rules name this line dialin0')
  await expect(line(page, 2).getByText('cannot answer')).toBeVisible()
  await expect(line(page, 2)).toContainText('there is no serial line /dev/ttyS1; was an adapter unplugged?')
  await expect(line(page, 2)).toContainText('today 00:01: “ben” was turned away: the password is wrong.')
  await expect(line(page, 2).getByLabel('Told to the modem')).toBeHidden()
})

test('an account keeps its password when another is removed', async ({ page, administrator }) => {
  await administrator.save('dialin', { ...ON, accounts: [{ name: 'zoe', password: 'z' }, ...ON.accounts] })
  await visit(page, NETWORK)
  await card(page).getByRole('button', { name: 'Remove zoe' }).click()
  await expect(card(page).getByLabel('Name', { exact: true })).toHaveValue('anna')
  await apply(page)
  expect((await administrator.settings()).snapshot.dialin.accounts.map(({ name }) => name)).toEqual(['anna'])
})

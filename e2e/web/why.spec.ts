/** “Why?”: a packet’s way, station by station, from a form, a row of the table, a device, and a line of the log. */
import { overhang, visit } from './pages.ts'
import { expect, test } from './site.ts'

const WHY = { path: '/why', name: 'Why?' }
const answer = (page: import('@playwright/test').Page) => page.getByRole('status').filter({ hasText: 'It ' })

test('a packet out: verdict, addresses before and after, stations, and the rule', async ({ page }) => {
  await visit(page, WHY)
  await page.getByLabel('From').fill('192.168.77.11')
  await page.getByLabel('To', { exact: true }).fill('93.184.216.34')
  await page.getByRole('button', { name: 'Try it' }).click()
  await expect(answer(page)).toContainText('It gets through.')
  await expect(page).toHaveURL(/from=192\.168\.77\.11/)
  const hops = page.getByRole('table', { name: 'What the packets say on either side of the box' })
  await expect(hops.getByRole('row').nth(1)).toContainText('A → RA (lan0)')
  await expect(hops.getByRole('row').nth(2)).toContainText('203.0.113.24')
  await expect(hops.getByRole('row').nth(4)).toContainText('RA (lan0) → A')
  await expect(page.getByRole('heading', { name: /in by lan0/ })).toBeVisible()
  await page.getByRole('link', { name: /^Show rule \d+$/ }).click()
  await expect(page).toHaveURL(/\/rules#rule-\d+$/)
  const marked = page.locator('[data-here]')
  await expect(marked).toContainText('-j MASQ')
  await expect(marked).toBeInViewport()
})

test('one that does not get through says who denies it; a field that is wrong says so', async ({
  page,
  guard,
}) => {
  guard.expect(/422.*\/api\/trace/)
  await visit(page, { ...WHY, path: '/why?from=192.168.77.11&to=93.184.216.34&protocol=6&port=25' })
  await expect(answer(page)).toContainText('It does not get through.')
  await expect(answer(page)).toContainText('the policy of forward says DENY')
  await expect(page.getByRole('link', { name: 'Counter forward-denied' })).toHaveAttribute(
    'href',
    '/counters#drop-forward-denied',
  )
  await page.getByLabel('From').fill('the tv')
  await page.getByRole('button', { name: 'Try it' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'from' })).toContainText('an IPv4 address, please')
})

test('figures lead here: of a rule, and of a reason for drops; and back to the counter', async ({ page }) => {
  await visit(page, { path: '/rules', name: 'Rules' })
  await page.getByRole('link', { name: 'of rule 3: why?' }).click()
  await expect(page).toHaveURL('/why?rule=3')
  await expect(answer(page)).toContainText('It gets through.')
  await visit(page, { path: '/counters', name: 'Counters' })
  await page.getByRole('link', { name: /^Try one ?for input-denied$/ }).click()
  await expect(page).toHaveURL('/why?drop=input-denied')
  await expect(answer(page)).toContainText('the policy of input says DENY')
  await page.getByRole('link', { name: 'Show the policy of input' }).click()
  await expect(page.locator('[data-here]').getByRole('table', { name: 'Rules of input' })).toBeInViewport()
  await page.goBack()
  await page.getByRole('link', { name: 'Counter input-denied' }).click()
  await expect(page.locator('[data-here]')).toContainText('the input chain said DENY')
  await visit(page, { ...WHY, path: '/why?rule=99' })
  await expect(page.getByText('No rule that is in force has the number 99.')).toBeVisible()
})

test('a rule leads to what it let in, and to what it logged', async ({ page, administrator }) => {
  await administrator.change('rules', ({ chains }) => {
    chains[0]!.rules[0]!.log = true
  })
  await visit(page, { path: '/rules', name: 'Rules' })
  const more = async (name: string, item: string) => {
    await page
      .getByRole('button', { name: `More for ${name}` })
      .filter({ visible: true })
      .click()
    await page.getByRole('menuitem', { name: item }).click()
  }
  await more('rule 1', 'Packets it logged')
  await expect(page).toHaveURL(/\/system\?log=/)
  await expect(page.getByLabel('Find in the log')).toHaveValue('Packet log: input ACCEPT ')
  await visit(page, { path: '/rules', name: 'Rules' })
  await more('rule 3', 'Connections it let in')
  await expect(page).toHaveURL('/connections?q=rule:3')
})

test('a row of the connections and a line of the log lead here', async ({ page }) => {
  await visit(page, { path: '/connections?q=proto:tcp', name: 'Connections' })
  await page.getByRole('row').nth(2).click()
  await page.getByRole('link', { name: 'Its packets out' }).click()
  await expect(answer(page)).toContainText('It gets through.')
  await page
    .getByLabel('Or a line of the log')
    .fill(
      'Packet log: input DENY wan0 PROTO=6 93.184.216.34:2351 203.0.113.24:111 L=60 S=0x00 I=4 F=0x4000 T=45 SYN (#8)',
    )
  await page.getByRole('button', { name: 'Try it' }).click()
  await expect(answer(page)).toContainText('the policy of input says DENY')
})

test('fits a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 })
  await visit(page, { ...WHY, path: '/why?from=192.168.77.11&to=93.184.216.34&protocol=6&port=443' })
  await expect(answer(page)).toContainText('It gets through.')
  expect(await overhang(page)).toBeLessThanOrEqual(0)
})

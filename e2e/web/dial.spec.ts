/** The household's page: people who may look and dial, on a phone and by keyboard, and who may nothing else. */
import { applianceSnapshot, type Internet } from '@bauta/config'
import type { Page } from '@playwright/test'
import type { Administrator } from './administrator.ts'
import { refused } from './guard.ts'
import { overhang } from './pages.ts'
import { expect, NOBODY, test } from './site.ts'

const PORTS = [
  { name: 'lan0', role: 'lan' as const },
  { name: 'wan0', role: 'wan' as const },
]
const WORD = 'open the line please'
const item = (page: Page, name: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) })

test.use({ storageState: NOBODY, viewport: { width: 390, height: 844 } })

let furnished: Internet | null = null
test.beforeEach(async ({ administrator, guard }) => {
  // who is not logged in is told so, and the browser writes that on the console
  guard.expect(refused(401))
  furnished ??= await people(administrator)
  await administrator.save('internet', structuredClone(furnished))
})
test.afterAll(({ administrator }) => administrator.reset())

async function people(administrator: Administrator): Promise<Internet> {
  const { internet } = applianceSnapshot(PORTS)
  internet.connections.push({
    name: 'Old modem',
    method: {
      kind: 'serial',
      device: '/dev/ttyS0',
      speed: 115_200,
      phone: '0123',
      chat: [],
      user: 'u',
      password: 'p',
    },
    when: 'manual',
    idleSeconds: 300,
  })
  const { passwordHash } = await administrator.call<{ passwordHash: string }>(
    'POST',
    '/api/internet/password-hash',
    {
      name: 'lea',
      password: WORD,
    },
  )
  internet.dialers = [
    { name: 'lea', passwordHash, connections: ['Internet'] },
    { name: 'max', passwordHash, connections: [] },
  ]
  return internet
}

async function enter(page: Page, name: string): Promise<void> {
  await page.goto('/dial')
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('Password', { exact: true }).fill(WORD)
  await page.getByRole('button', { name: 'Log in' }).click()
  await expect(page.getByText(`Hello, ${name}.`)).toBeVisible()
}

test('shows state and load, and dials what is theirs', async ({ page, site }) => {
  await enter(page, 'lea')
  expect(await overhang(page)).toBeLessThanOrEqual(0)
  const mine = item(page, 'Internet')
  await expect(mine).toContainText('Up for')
  await expect(mine).toContainText(/in [\d.]+ [kM]?bit\/s/)
  await expect(item(page, 'Old modem')).toContainText('Not in use')
  await expect(item(page, 'Old modem').getByRole('button')).toHaveCount(0)

  await mine.getByRole('button', { name: 'Hang up Internet' }).click()
  await expect(mine).toContainText(/Hung up \d+ s ago/)
  await mine.getByRole('button', { name: 'Connect Internet' }).click()
  await expect(mine).toContainText('Up for', { timeout: 15_000 })
  expect(site.fake.internet.events.slice(0, 2).map(({ who, text }) => `${who} ${text}`)).toEqual([
    'lea dialled',
    'lea hung up',
  ])
})

test('who may only look has no buttons', async ({ page }) => {
  await enter(page, 'max')
  await expect(item(page, 'Internet')).toContainText(/Up for|Connecting/)
  await expect(page.getByRole('listitem').getByRole('button')).toHaveCount(0)
})

test('opens no page of the administrators, and ends when they say so', async ({ page, administrator }) => {
  await enter(page, 'lea')
  for (const path of ['/internet', '/rules', '/']) {
    await page.goto(path)
    await expect(page).toHaveURL(/\/login/)
  }
  await page.goto('/dial')
  await expect(page.getByText('Hello, lea.')).toBeVisible()
  await administrator.change('internet', (internet) => {
    internet.dialers = internet.dialers.filter(({ name }) => name !== 'lea')
  })
  await expect(page.getByLabel('Your name')).toBeVisible({ timeout: 15_000 })
})

test('turns a wrong password away, slowly after some', async ({ page, guard }) => {
  guard.expect(refused(429))
  await page.goto('/dial')
  for (let i = 0; i < 5; i++) {
    await page.getByLabel('Your name').fill('lea')
    await page.getByLabel('Password', { exact: true }).fill(`wrong guess ${i}`)
    const answer = page.waitForResponse('**/api/dial/login')
    await page.getByRole('button', { name: 'Log in' }).click()
    expect((await answer).status()).toBe(401)
  }
  await expect(
    page.getByRole('alert').filter({ hasText: 'The name or the password is wrong.' }),
  ).toBeVisible()
  // the fifth costs a second
  await page.waitForTimeout(1100)
  await enter(page, 'lea')
})

test('by keyboard alone: in, hang up, connect, out', async ({ page }) => {
  await page.goto('/dial')
  await expect(page.getByLabel('Your name')).toBeFocused()
  await page.keyboard.type('lea')
  await page.keyboard.press('Tab')
  await page.keyboard.type(WORD)
  await page.keyboard.press('Enter')
  await expect(page.getByText('Hello, lea.')).toBeVisible()
  const press = async (name: string) => {
    await expect(page.getByRole('button', { name })).toBeVisible({ timeout: 15_000 })
    for (let i = 0; i < 10; i++) {
      if (await page.getByRole('button', { name }).evaluate((own) => own === document.activeElement)) break
      await page.keyboard.press('Tab')
    }
    await page.keyboard.press('Enter')
  }
  await press('Hang up Internet')
  await press('Connect Internet')
  await expect(item(page, 'Internet')).toContainText('Up for', { timeout: 15_000 })
  await press('Log out')
  await expect(page.getByLabel('Your name')).toBeVisible()
})

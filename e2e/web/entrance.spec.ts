/** The door: the first administrator, login, the limit on guessing, and the end of a session. */
import type { Page } from '@playwright/test'
import { Administrator, NAME, PASSWORD } from './administrator.ts'
import { refused } from './guard.ts'
import { test as base, expect, NOBODY, type Site, startSite } from './site.ts'

/** A box of its own for each test, because claiming and guessing leave traces. */
const test = base.extend<{ box: Site }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern
  box: async ({}, use) => {
    const box = await startSite()
    await use(box)
    await box.stop()
  },
  baseURL: ({ box }, use) => use(box.url),
  storageState: NOBODY,
})

test.describe('a fresh box', () => {
  test('asks for its first administrator on every page, and refuses a weak password with words', async ({
    page,
    guard,
    box,
  }) => {
    await page.goto('/rules')
    await expect(page).toHaveURL('/setup')
    await expect(page.getByRole('heading', { name: 'Make this box yours' })).toBeVisible()
    const password = page.getByLabel('Password', { exact: true })
    const again = page.getByLabel('Password again')
    const create = page.getByRole('button', { name: 'Create administrator' })

    await expect(page.getByLabel('Name')).toHaveValue('admin')
    await page.getByLabel('Name').fill('')
    await create.click()
    await expect(page.getByText('Choose a name to log in with.')).toBeVisible()
    await expect(page.getByLabel('Name')).toBeFocused()

    await page.getByLabel('Name').fill(NAME)
    for (const [weak, words] of [
      ['short', /^\d+ more characters$/],
      ['aaaaaaaaaaaaaaaa', /^easy to guess/],
      ['1234567890123', /^easy to guess/],
    ] as const) {
      await password.fill(weak)
      await again.fill(weak)
      await create.click()
      await expect(password, weak).toHaveAccessibleDescription(/Not enough yet/)
      await expect(password).toBeFocused()
      await expect(page.getByText(words)).toBeVisible()
    }

    await password.fill(PASSWORD)
    await again.fill(`${PASSWORD}.`)
    await create.click()
    await expect(again).toHaveAccessibleDescription('This is not the same password.')
    expect((await (await fetch(`${box.url}/api/session`)).json()).state).toBe('unclaimed')

    // what the form lets pass, the box judges itself, and says why beside the field
    guard.expect(refused(422))
    await password.fill('mypassword123')
    await again.fill('mypassword123')
    await create.click()
    await expect(password).toHaveAccessibleDescription(/among the first that anybody would try/)
    expect((await (await fetch(`${box.url}/api/session`)).json()).state).toBe('unclaimed')
  })

  test('is claimed once only', async ({ page, browser, guard, box }) => {
    const late = await browser.newContext({ baseURL: box.url, storageState: NOBODY })
    guard.watch(late)
    const other = await late.newPage()
    await other.goto('/setup')

    await page.goto('/')
    await claim(page)
    await page.getByRole('button', { name: 'I have it, go to Home' }).click()
    await expect(page).toHaveURL('/')
    await expect(page.getByRole('banner').getByRole('status')).toHaveText('Online')

    // a form that was open before
    guard.expect(refused(409))
    await claim(other)
    await expect(alertOf(other, 'This box has an administrator already; log in.')).toBeVisible()
    await other.goto('/setup')
    await expect(other).toHaveURL('/login')
    await late.close()
  })
})

test.describe('a claimed box', () => {
  test.beforeEach(async ({ box }) => {
    await Administrator.claim(box.url)
  })

  test('turns a wrong password away, and takes the right one', async ({ page, guard }) => {
    guard.expect(refused(401))
    await page.goto('/login')
    await logIn(page, 'not the password')
    await expect(alertOf(page, 'The name or the password is wrong.')).toBeVisible()
    await expect(page.getByLabel('Password', { exact: true })).toBeFocused()
    await logIn(page, PASSWORD)
    await expect(page).toHaveURL('/')
    await expect(page.getByRole('button', { name: NAME, exact: true })).toBeVisible()
  })

  test('slows guessing down, counts the wait down, and then lets in', async ({ page, guard }) => {
    guard.expect(refused(401), refused(429))
    await page.goto('/login')
    const button = page.getByRole('button', { name: 'Log in' })
    for (let i = 1; i <= 7; i++) {
      const answer = page.waitForResponse('**/api/login')
      await logIn(page, `guess number ${i}`)
      expect((await answer).status()).toBe(401)
      await expect(alertOf(page, 'The name or the password is wrong.')).toBeVisible()
      // from the fifth on the next try costs 1, 2, 4 … seconds
      if (i === 5 || i === 6) await page.waitForTimeout(1000 * 2 ** (i - 5) + 100)
    }
    // who does not wait is told to
    await logIn(page, 'guess number 8')
    await expect(alertOf(page, 'Too many wrong passwords')).toBeVisible()
    await expect(page.getByText(/^Next try in \d s$/)).toBeVisible()
    await expect(button).toBeDisabled()
    await expect(button).toBeEnabled({ timeout: 6000 })
    await expect(page.getByText('Next try in')).toBeHidden()
    await logIn(page, PASSWORD)
    await expect(page).toHaveURL('/')
  })

  test('leads from a deep link through the login back to it', async ({ page }) => {
    await page.goto('/connections?q=proto%3Audp&sort=age')
    await expect(page).toHaveURL(/\/login\?next=/)
    await logIn(page, PASSWORD)
    await expect(page).toHaveURL('/connections?q=proto%3Audp&sort=age')
    await expect(page.getByLabel('Filter', { exact: true })).toHaveValue('proto:udp')
  })

  test('never leads to another site', async ({ page, box }) => {
    for (const next of [
      '//evil.example',
      'https://evil.example/',
      '/\\evil.example',
      'javascript:alert(1)',
    ]) {
      await page.context().clearCookies()
      await page.goto(`/login?next=${encodeURIComponent(next)}`)
      await logIn(page, PASSWORD)
      await expect(page).toHaveURL(`${box.url}/`)
    }
  })

  test('sends to the login when the session ends, and leads back', async ({ page, guard }) => {
    guard.expect(refused(401))
    await page.goto('/login')
    await logIn(page, PASSWORD)
    await expect(page).toHaveURL('/')
    await page.goto('/connections?sort=bytes')
    await expect(page.getByRole('button', { name: NAME, exact: true })).toBeVisible()

    // the same session is closed on the box, as its clock would do
    await (await Administrator.of(page)).call('POST', '/api/logout')
    await page.getByLabel('Filter', { exact: true }).fill('proto:tcp')
    await expect(page).toHaveURL(/\/login\?next=.*why=ended/, { timeout: 15_000 })
    await expect(page.getByText('Your session ended')).toBeVisible()
    await logIn(page, PASSWORD)
    await expect(page).toHaveURL(/\/connections\?q=proto%3Atcp&sort=bytes/)
  })

  test('asks whether anybody is there before a session ends, and a key keeps it', async ({ page }) => {
    await page.clock.install()
    await page.goto('/login')
    await logIn(page, PASSWORD)
    await expect(page).toHaveURL('/')
    const question = page.getByText('Are you still there?')
    await page.clock.fastForward('08:30')
    await expect(question).toBeHidden()
    await page.clock.fastForward('00:40')
    await expect(question).toBeVisible()
    const told = page.waitForRequest(
      (request) => request.method() === 'POST' && /api\/session$/.test(request.url()),
    )
    await page.keyboard.press('Shift')
    await told
    await expect(question).toBeHidden()
  })

  test('logs out, and the box forgets the session', async ({ page, context, guard, box }) => {
    guard.expect(refused(401))
    await page.goto('/login')
    await logIn(page, PASSWORD)
    await expect(page).toHaveURL('/')
    const cookies = await context.cookies()
    await page.getByRole('button', { name: NAME, exact: true }).click()
    await page.getByRole('menuitem', { name: 'Log out' }).click()
    await expect(page).toHaveURL('/login?why=out')
    await expect(page.getByText('You are logged out.')).toBeVisible()
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
    expect((await fetch(`${box.url}/api/status`, { headers: { cookie } })).status).toBe(401)
    await page.goto('/')
    await expect(page).toHaveURL('/login')
  })
})

/** What the page says at once; the framework has an empty alert of its own. */
const alertOf = (page: Page, text: string) => page.getByRole('alert').filter({ hasText: text })

async function claim(page: Page): Promise<void> {
  await page.getByLabel('Name').fill(NAME)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Password again').fill(PASSWORD)
  await page.getByRole('button', { name: 'Create administrator' }).click()
}

async function logIn(page: Page, password: string): Promise<void> {
  await page.getByLabel('Name').fill(NAME)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
}

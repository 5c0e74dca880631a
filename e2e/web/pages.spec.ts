/**
 * Every page with data, light and dark, wide and on a phone: a picture in test-results/pages, and no serious finding of axe.
 * The wide half runs in the project `web-desktop`, the narrow one in `web-phone`.
 */
import path from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { applianceSnapshot } from '@bauta/config'
import type { Page } from '@playwright/test'
import { ROOT } from '../lab/record.ts'
import { Administrator, PASSWORD } from './administrator.ts'
import { refused } from './guard.ts'
import { furnish } from './household.ts'
import { hasFigures, overhang, PAGES, visit } from './pages.ts'
import { expect, NOBODY, startSite, test } from './site.ts'

const PICTURES = path.join(ROOT, 'test-results/pages')
test.use({
  contextOptions: { reducedMotion: 'reduce' },
  deviceScaleFactor: 1,
  viewport: async ({ isMobile }, use) =>
    use(isMobile ? { width: 390, height: 844 } : { width: 1280, height: 800 }),
})

test.beforeAll(({ administrator }) => furnish(administrator))

for (const scheme of ['light', 'dark'] as const)
  test.describe(scheme, () => {
    test.use({ colorScheme: scheme })

    for (const place of PAGES)
      test(`${place.name}`, async ({ page }) => {
        await visit(page, place)
        await examine(page, place.name, scheme)
      })

    test('an opened connection', async ({ page }) => {
      await visit(page, { path: '/connections?sort=age', name: 'Connections' })
      await page
        .getByRole('button', { name: /why is this here/ })
        .first()
        .click()
      await expect(page.getByRole('heading', { name: 'Why is this here?' })).toBeVisible()
      await examine(page, 'connection', scheme)
    })

    test('an opened device', async ({ page }) => {
      await visit(page, { path: '/devices', name: 'Devices' })
      await page.getByRole('button', { name: 'television' }).click()
      await expect(page.getByRole('dialog').getByRole('listitem').first()).toBeVisible()
      await examine(page, 'device', scheme)
    })

    test('a change that waits to be kept', async ({ page, administrator, site }) => {
      const { revision, snapshot } = await administrator.settings()
      const value = { ...snapshot.timeouts, udp: snapshot.timeouts.udp + 1 }
      await administrator.call('PUT', '/api/settings/timeouts', {
        base: revision.number,
        value,
        confirm: 300,
      })
      await visit(page, { path: '/', name: 'Home' })
      await expect(page.getByText(/It goes back by itself in/)).toBeVisible()
      await examine(page, 'waiting', scheme)
      site.fake.goBack('asked')
      await expect(page.getByText(/went back by itself/)).toBeVisible()
    })

    test.describe(() => {
      test.use({ storageState: NOBODY })

      test('Log in', async ({ page }) => {
        await page.goto('/login')
        await expect(page.getByRole('button', { name: 'Log in' })).toBeVisible()
        await examine(page, 'login', scheme)
      })
    })
  })

test('First administrator, in both schemes', async ({ browser, guard, viewport, isMobile }) => {
  const site = await startSite()
  try {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({ colorScheme, viewport, isMobile, storageState: NOBODY })
      guard.watch(context, site.url)
      const page = await context.newPage()
      await page.goto(site.url)
      await expect(page.getByRole('button', { name: 'Create administrator' })).toBeVisible()
      await page.getByLabel('Password', { exact: true }).fill('too short')
      await examine(page, 'setup', colorScheme)
      await context.close()
    }
  } finally {
    await site.stop()
  }
})

for (const scheme of ['light', 'dark'] as const)
  test(`The first run and the pages of the line, ${scheme}`, async ({
    browser,
    guard,
    viewport,
    isMobile,
  }) => {
    test.slow()
    // the household's page asks whether somebody is logged in
    guard.expect(refused(401))
    const site = await startSite(
      applianceSnapshot([
        { name: 'lan0', role: 'lan' },
        { name: 'wan0', role: 'wan' },
      ]),
    )
    const { internet } = site.fake
    const context = await browser.newContext({
      baseURL: site.url,
      colorScheme: scheme,
      viewport,
      isMobile,
      reducedMotion: 'reduce',
      storageState: NOBODY,
    })
    guard.watch(context, site.url)
    const page = await context.newPage()
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
    const at = (name: string) => expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
    try {
      await page.goto('/')
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await page.getByLabel('Password again').fill(PASSWORD)
      await press('Create administrator')
      await at('Keep this recovery code')
      await examine(page, 'setup recovery', scheme)
      await press('I have it, go on')
      await expect(page.getByText('Found at wan0: DHCP')).toBeVisible()
      await examine(page, 'setup internet', scheme)
      await page.getByRole('radio', { name: 'PPPoE' }).check()
      await page.getByLabel('User name').fill('household@isp.example')
      await page.getByLabel('Password of the provider').fill('from the letter')
      internet.tell('Internet', {
        state: 'failed',
        problem: 'The provider refused the name or the password.',
        attempts: 3,
        nextAttemptAt: site.fake.home.now + 90_000,
      })
      await press('Next')
      await expect(page.getByText('It did not come up')).toBeVisible()
      await examine(page, 'setup pppoe', scheme)
      await press('Go on without')
      await at('The home network')
      await page.getByLabel('Address of the box').fill('192.168.177.1/24')
      await examine(page, 'setup home', scheme)
      await page.getByLabel('Address of the box').fill('192.168.77.1/24')
      await press('Next')
      internet.findings = internet.findings.map((step, i) => {
        if (i < 1) return step
        if (i > 1) return { ...step, state: 'skipped', text: 'not asked while there is no address', ms: 0 }
        const advice = 'Compare name and password with the provider’s letter.'
        return { ...step, state: 'failed', text: 'the provider refused the name or the password', advice }
      })
      await press('Check again')
      await expect(page.getByText('Not yet', { exact: true })).toBeVisible()
      await examine(page, 'setup check', scheme)
      await press('Go on anyway')
      await at('The box is yours')
      await expect(page.locator('.skeleton')).toHaveCount(0)
      await examine(page, 'setup done', scheme)
      await press('Back')
      await press('Leave this for later')
      await expect(page.getByText('The first run is not finished')).toBeVisible()
      await hasFigures(page)
      await examine(page, 'home without a line', scheme)

      const administrator = await Administrator.of(page)
      await lines(administrator)
      internet.dial({ connection: 'Fibre', who: 'admin', as: 'administrator' })
      await visit(page, { path: '/internet', name: 'Internet' })
      await page.getByRole('button', { name: 'Check now' }).click()
      await expect(page.getByText('Here it stops')).toBeVisible()
      await examine(page, 'internet lines', scheme)
      await page.getByRole('button', { name: 'Edit Old modem' }).click()
      await examine(page, 'internet edit', scheme)
      await page.getByRole('button', { name: 'Cancel' }).click()
      await page.getByRole('button', { name: 'Edit lea' }).click()
      await examine(page, 'internet person', scheme)
      await page.getByRole('button', { name: 'Cancel' }).click()

      await visit(page, { path: '/account', name: 'Password and recovery' })
      await examine(page, 'account', scheme)
      await page.goto('/recover')
      await expect(page.getByLabel('Recovery code')).toBeVisible()
      await examine(page, 'recover', scheme)
      await page.goto('/dial')
      await expect(page.getByLabel('Your name')).toBeVisible()
      await examine(page, 'dial login', scheme)
      await page.getByLabel('Your name').fill('lea')
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await press('Log in')
      await expect(page.getByText('Hello, lea.')).toBeVisible()
      await examine(page, 'dial', scheme)
    } finally {
      await context.close()
      await site.stop()
    }
  })

/** Two connections and two people; the one in use is up. */
async function lines(administrator: Administrator): Promise<void> {
  const { passwordHash } = await administrator.call<{ passwordHash: string }>(
    'POST',
    '/api/internet/password-hash',
    { name: 'lea', password: PASSWORD },
  )
  await administrator.change('internet', (internet) => {
    const login = { user: 'household@isp.example', password: 'from the letter' }
    internet.use = 'Fibre'
    internet.connections = [
      {
        name: 'Old modem',
        method: { kind: 'serial', device: '/dev/ttyS0', speed: 115_200, phone: '0123', chat: [], ...login },
        when: 'manual',
        idleSeconds: 300,
      },
      {
        name: 'Fibre',
        method: { kind: 'pppoe', ...login, service: '', mtu: 'auto' },
        when: 'demand',
        idleSeconds: 600,
      },
    ]
    internet.dialers = [
      { name: 'lea', passwordHash, connections: ['Fibre', 'Old modem'] },
      { name: 'max', passwordHash, connections: [] },
    ]
  })
}

async function examine(page: Page, name: string, scheme: string): Promise<void> {
  const { width } = page.viewportSize()!
  const file = `${name.toLowerCase().replaceAll(' ', '-')}-${width}-${scheme}.png`
  await page.screenshot({ path: path.join(PICTURES, file), fullPage: true, animations: 'disabled' })
  expect.soft(await overhang(page), 'the page is no wider than the window').toBeLessThanOrEqual(0)
  const { violations } = await new AxeBuilder({ page }).analyze()
  const findings = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(' | ')}`)
  expect(findings, 'serious findings of axe').toEqual([])
}

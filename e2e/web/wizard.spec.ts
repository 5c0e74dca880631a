/** The first run, from an unclaimed appliance to Home: what it asks, what it finds, what it writes, and where it goes on. */
import { applianceSnapshot } from '@bauta/config'
import { DataplaneClient } from '@bauta/control'
import type { Browser, Page } from '@playwright/test'
import { Administrator, NAME, PASSWORD } from './administrator.ts'
import { type Guard, refused } from './guard.ts'
import { test as base, expect, NOBODY, type Site, startSite } from './site.ts'

/** Every test claims a box of its own. */
const test = base.extend<{ box: Site }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern
  box: async ({}, use) => {
    const box = await startSite(
      applianceSnapshot([
        { name: 'lan0', role: 'lan' },
        { name: 'wan0', role: 'wan' },
      ]),
    )
    await use(box)
    await box.stop()
  },
  baseURL: ({ box }, use) => use(box.url),
  storageState: NOBODY,
})

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })
const next = (page: Page) => page.getByRole('button', { name: 'Next', exact: true })
/** Fields that somebody has to fill: counted on every screen, against the promise of three and five. */
const asked = (page: Page) =>
  page.locator('input:visible:not([type="radio"]), select:visible, textarea:visible')

async function own(page: Page): Promise<void> {
  await page.goto('/')
  await expect(page).toHaveURL('/setup')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Password again').fill(PASSWORD)
  await page.getByRole('button', { name: 'Create administrator' }).click()
  await page.getByRole('button', { name: 'I have it, go on' }).click()
  await expect(heading(page, 'The way to the Internet')).toBeVisible()
}

test('DHCP: the password is all that is typed', async ({ page, box }) => {
  await page.goto('/')
  await expect(heading(page, 'Make this box yours')).toBeVisible()
  await expect(page.getByText('Step 1 of 5')).toBeVisible()
  // the name stands there already
  await expect(page.getByLabel('Name')).toHaveValue('admin')
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused()
  let inputs = await asked(page).count()
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Password again').fill(PASSWORD)
  await page.getByRole('button', { name: 'Create administrator' }).click()

  await expect(heading(page, 'Keep this recovery code')).toBeVisible()
  const code = await page.locator('[data-recovery-code]').innerText()
  expect(code).toMatch(/^([0-9A-Z]{5}-){3}[0-9A-Z]{5}$/)
  await page.getByRole('button', { name: 'I have it, go on' }).click()

  await expect(heading(page, 'The way to the Internet')).toBeVisible()
  await expect(page.getByText('Found at wan0: DHCP')).toBeVisible()
  await expect(page.getByText('203.0.113.24')).toBeVisible()
  inputs += await asked(page).count()
  await next(page).click()

  await expect(heading(page, 'The home network')).toBeVisible()
  await expect(page.getByLabel('Name of the box')).toHaveValue('bauta')
  await expect(page.getByLabel('Address of the box')).toHaveValue('192.168.77.1/24')
  await next(page).click()

  await expect(heading(page, 'Is the house online?')).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: 'well' })).toHaveCount(6)
  await expect(page.getByText('Everything answers')).toBeVisible()
  await next(page).click()

  await expect(heading(page, 'The box is yours')).toBeVisible()
  await expect(page.getByText('DHCP, up with 203.0.113.24')).toBeVisible()
  await page.getByRole('button', { name: 'To Home' }).click()
  await expect(page).toHaveURL('/')
  await expect(page.getByRole('banner').getByRole('status')).toHaveText('Online')
  await expect(page.getByText('The first run is not finished')).toBeHidden()
  await page.goto('/setup')
  await expect(page).toHaveURL('/')
  expect(inputs, 'name, password, password again').toBe(3)
  // nothing had to change, so nothing was written
  expect(box.fake.current.snapshot).toEqual(
    applianceSnapshot([
      { name: 'lan0', role: 'lan' },
      { name: 'wan0', role: 'wan' },
    ]),
  )
})

test('PPPoE on the other port: user and password of the provider, and the roles follow', async ({
  page,
  box,
}) => {
  box.fake.internet.wire = {
    ports: [
      {
        device: 'lan0',
        carrier: true,
        dhcp: null,
        pppoe: { concentrator: 'bras1.example.net', services: [] },
      },
      { device: 'wan0', carrier: true, dhcp: null, pppoe: null },
    ],
    wan: { device: 'lan0', method: 'pppoe' },
  }
  await own(page)
  await expect(page.getByText('Found at lan0: PPPoE')).toBeVisible()
  await next(page).click()
  await expect(page.getByLabel('User name')).toHaveAccessibleDescription(/user name is missing/)
  await expect(page.getByLabel('User name')).toBeFocused()
  expect(await asked(page).count(), 'and with the password before, twice, four').toBe(2)
  await page.getByLabel('User name').fill('household@isp.example')
  await page.getByLabel('Password of the provider').fill('from the letter')
  box.fake.internet.tell('Internet', {
    state: 'failed',
    problem: 'The provider refused the name or the password.',
  })
  await next(page).click()
  await expect(page.getByText('The provider refused the name or the password.')).toBeVisible()
  await expect(heading(page, 'The way to the Internet')).toBeVisible()

  box.fake.internet.tell('Internet', null)
  await page.getByLabel('Password of the provider').fill('from the letter, without a slip')
  await next(page).click()
  await expect(heading(page, 'The home network')).toBeVisible()
  const { interfaces, internet } = box.fake.current.snapshot
  expect(interfaces.list).toEqual([
    { name: 'lan0', role: 'wan' },
    { name: 'wan0', role: 'lan' },
  ])
  expect(internet.connections[0]!.method).toEqual({
    kind: 'pppoe',
    user: 'household@isp.example',
    password: 'from the letter, without a slip',
    service: '',
    mtu: 'auto',
  })
})

test('nobody answers: looking again finds who came meanwhile', async ({ page, box }) => {
  const { wire } = box.fake.internet
  box.fake.internet.wire = {
    ports: wire.ports.map((port) => ({ ...port, carrier: false, dhcp: null })),
    wan: null,
  }
  await own(page)
  await expect(page.getByText('No port has a signal')).toBeVisible()
  await expect(page.getByLabel('Port to the Internet')).toBeVisible()
  box.fake.internet.wire = wire
  await page.getByRole('button', { name: 'Look again' }).click()
  await expect(page.getByText('Found at wan0: DHCP')).toBeVisible()
})

test('a fixed address: faults stand beside their fields', async ({ page, box }) => {
  await own(page)
  await page.getByRole('radio', { name: 'Fixed address' }).check()
  await page.getByLabel('Address', { exact: true }).fill('198.51.100.7')
  await page.getByLabel('Gateway').fill('203.0.113.1')
  await page.getByLabel('DNS servers').fill('9.9.9.9, nonsense')
  await next(page).click()
  await expect(page.getByLabel('DNS servers')).toHaveAccessibleDescription(
    /“nonsense” is not an IPv4 address/,
  )
  await page.getByLabel('DNS servers').fill('9.9.9.9')
  await next(page).click()
  await expect(page.getByLabel('Gateway')).toHaveAccessibleDescription(
    /not in the network 198\.51\.100\.7\/24/,
  )
  await page.getByLabel('Gateway').fill('198.51.100.1')
  await next(page).click()
  await expect(heading(page, 'The home network')).toBeVisible()
  expect(box.fake.current.snapshot.internet.connections[0]!.method).toMatchObject({
    kind: 'static',
    gateway: '198.51.100.1',
    dnsServers: ['9.9.9.9'],
  })
})

test('a home network that clashes with the provider’s moves, and the next step waits there', async ({
  page,
  box,
}) => {
  const { status } = box.fake.home
  box.fake.home.status = (...args) => {
    const told = status.call(box.fake.home, ...args)
    const clash = (entry: (typeof told.interfaces)[number]) =>
      entry.role === 'wan' ? { ...entry, addresses: ['192.168.77.24/24'] } : entry
    return { ...told, interfaces: told.interfaces.map(clash) }
  }
  await own(page)
  await next(page).click()
  await expect(page.getByText('Two networks with the same addresses')).toBeVisible()
  await expect(page.getByLabel('Address of the box')).toHaveValue('192.168.177.1/24')
  await page.getByLabel('Address of the box').fill('192.168.77.1/24')
  await next(page).click()
  await expect(page.getByLabel('Address of the box')).toHaveAccessibleDescription(
    /provider’s side uses 192\.168\.77\.0\/24/,
  )
  await page.getByLabel('Address of the box').fill('192.168.177.1/24')
  await next(page).click()
  await expect(heading(page, 'The box moves')).toBeVisible()
  const link = page.getByRole('link', { name: 'Open the box at 192.168.177.1' })
  await expect(link).toHaveAttribute('href', /^http:\/\/192\.168\.177\.1:\d+\/keep#\d+\.[\w-]{43}$/)
  expect(box.fake.current.snapshot.lan).toMatchObject({ address: '192.168.177.1', bits: 24 })
  expect(box.fake.current.snapshot.dhcp.from).toBe('192.168.177.100')

  // nobody comes: the old address is in force again, and the question is asked again
  const dataplane = new DataplaneClient(box.socket)
  const { revision } = box.fake.current
  await (await Administrator.of(page)).call('POST', '/api/confirm', { revision, keep: false })
  await expect(page.getByText('so it went back to the old one')).toBeVisible()
  await expect(heading(page, 'The home network')).toBeVisible()
  expect(box.fake.current.snapshot.lan.address).toBe('192.168.77.1')

  // somebody comes
  await next(page).click()
  await expect(link).toBeVisible()
  await dataplane.confirm({ revision: box.fake.current.revision, keep: true })
  await page.goto('/setup')
  await expect(page.getByLabel('Address of the box')).toHaveValue('192.168.177.1/24')
  await next(page).click()
  await expect(heading(page, 'Is the house online?')).toBeVisible()
})

test('the check says what is wrong and what to do, and does not hold anybody up', async ({ page, box }) => {
  await own(page)
  await next(page).click()
  box.fake.internet.findings = box.fake.internet.findings.map((step, i) => {
    if (i < 2) return step
    if (i > 2) return { ...step, state: 'skipped', text: 'not asked: the gateway does not answer' }
    const text = '203.0.113.1 does not answer'
    return {
      ...step,
      state: 'failed',
      text,
      advice: 'Restart the modem; if that does not help, call the provider.',
    }
  })
  await next(page).click()
  await expect(page.getByText('Not yet', { exact: true })).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: 'Gateway' }).first()).toContainText(
    'Restart the modem',
  )
  await expect(page.getByRole('listitem').filter({ hasText: 'not asked' })).toHaveCount(3)
  await page.getByRole('button', { name: 'Go on anyway' }).click()
  await expect(heading(page, 'The box is yours')).toBeVisible()
})

test('goes on where it was: after a reload, in another browser, and when it was left for later', async ({
  page,
  browser,
  guard,
  box,
}) => {
  await page.goto('/setup')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Password again').fill(PASSWORD)
  await page.getByRole('button', { name: 'Create administrator' }).click()
  await expect(heading(page, 'Keep this recovery code')).toBeVisible()
  const first = await page.locator('[data-recovery-code]').innerText()
  await page.reload()
  await expect(heading(page, 'A recovery code, once more')).toBeVisible()
  await page.getByLabel('Your password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Make another code' }).click()
  await expect(heading(page, 'Keep this recovery code')).toBeVisible()
  expect(await page.locator('[data-recovery-code]').innerText()).not.toBe(first)
  await page.getByRole('button', { name: 'I have it, go on' }).click()
  await next(page).click()
  await expect(heading(page, 'The home network')).toBeVisible()
  await page.reload()
  await expect(heading(page, 'The home network')).toBeVisible()

  const there = await another(browser, guard, box)
  await there.goto('/')
  await expect(there).toHaveURL('/login')
  await logIn(there, 'admin')
  await expect(there).toHaveURL('/setup')
  await expect(heading(there, 'The home network')).toBeVisible()

  await there.getByRole('button', { name: 'Leave this for later' }).click()
  await expect(there).toHaveURL('/')
  await expect(there.getByText('The first run is not finished')).toBeVisible()
  await there.getByRole('link', { name: 'Go on with it' }).click()
  await expect(heading(there, 'The home network')).toBeVisible()
  await there.context().close()
})

test('two browsers race for the box: one has it, the other is told', async ({
  page,
  browser,
  guard,
  box,
}) => {
  guard.expect(refused(409))
  const other = await another(browser, guard, box)
  const both = [page, other]
  for (const one of both) {
    await one.goto('/setup')
    await one.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await one.getByLabel('Password again').fill(PASSWORD)
  }
  await Promise.all(both.map((one) => one.getByRole('button', { name: 'Create administrator' }).click()))
  const won = (one: Page) => heading(one, 'Keep this recovery code')
  const lost = (one: Page) => one.getByText('Somebody else on the home network was faster.')
  for (const one of both) await expect(won(one).or(lost(one))).toBeVisible()
  const winners = await Promise.all(both.map((one) => won(one).isVisible()))
  expect(winners.filter(Boolean)).toHaveLength(1)
  const loser = both[winners.indexOf(false)]!
  await loser.getByRole('link', { name: 'Log in' }).click()
  await expect(loser).toHaveURL('/login')
  await other.context().close()
})

test('by keyboard alone, from the first screen to Home', async ({ page }) => {
  await page.goto('/')
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused()
  await page.keyboard.type(PASSWORD)
  await tabTo(page, 'Password again')
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'I have it, go on' })).toBeFocused()
  await page.keyboard.press('Enter')
  for (const title of ['The way to the Internet', 'The home network', 'Is the house online?']) {
    await expect(heading(page, title)).toBeVisible()
    await expect(next(page)).toBeVisible()
    await tabTo(page, 'Next')
    await page.keyboard.press('Enter')
  }
  await expect(heading(page, 'The box is yours')).toBeVisible()
  await tabTo(page, 'To Home')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/')
})

test('the recovery code opens the door once, and another one takes its place', async ({ page, guard }) => {
  guard.expect(refused(401))
  await page.goto('/setup')
  await page.getByLabel('Name').fill(NAME)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Password again').fill(PASSWORD)
  await page.getByRole('button', { name: 'Create administrator' }).click()
  const code = await page.locator('[data-recovery-code]').innerText()
  await page.context().clearCookies()

  await page.goto('/login')
  await page.getByRole('link', { name: 'Forgotten the password?' }).click()
  await expect(page).toHaveURL('/recover')
  const recover = async (with_: string) => {
    await page.getByLabel('Recovery code').fill(with_)
    await page.getByLabel('New password', { exact: true }).fill('quite another sentence')
    await page.getByLabel('New password again').fill('quite another sentence')
    await page.getByRole('button', { name: 'Set the password' }).click()
  }
  await recover('00000-00000-00000-00000')
  await expect(page.getByLabel('Recovery code')).toHaveAccessibleDescription(
    /not the recovery code of this box/,
  )
  await recover(code.toLowerCase())
  await expect(page.getByText('Keep the next recovery code')).toBeVisible()
  expect(await page.locator('[data-recovery-code]').innerText()).not.toBe(code)
  await page.getByRole('button', { name: 'I have it, go to Home' }).click()
  await expect(page).toHaveURL('/')

  await page.context().clearCookies()
  await page.goto('/login')
  await logIn(page, NAME)
  await expect(page.getByText('The name or the password is wrong.')).toBeVisible()
})

test('another password, from the menu of the session', async ({ page, guard }) => {
  guard.expect(refused(422))
  await own(page)
  await page.goto('/')
  await page.getByRole('button', { name: 'admin' }).click()
  await page.getByRole('menuitem', { name: 'Password and recovery' }).click()
  await expect(heading(page, 'Password and recovery')).toBeVisible()
  const change = async (old: string) => {
    await page.getByLabel('Present password').fill(old)
    await page.getByLabel('New password', { exact: true }).fill('quite another sentence')
    await page.getByLabel('New password again').fill('quite another sentence')
    await page.getByRole('button', { name: 'Change password' }).click()
  }
  await change('not the old one')
  await expect(page.getByLabel('Present password')).toHaveAccessibleDescription(
    'this is not your present password',
  )
  await change(PASSWORD)
  await expect(page.getByText('The password is changed', { exact: true })).toBeVisible()
  await expect(page.getByLabel('Present password')).toHaveValue('')
  await page.getByLabel('Your password').fill('quite another sentence')
  await page.getByRole('button', { name: 'Make a new code' }).click()
  await expect(page.locator('[data-recovery-code]')).toBeVisible()
})

async function another(browser: Browser, guard: Guard, box: Site): Promise<Page> {
  const context = await browser.newContext({ baseURL: box.url, storageState: NOBODY })
  guard.watch(context, box.url)
  return context.newPage()
}

async function logIn(page: Page, name: string): Promise<void> {
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Log in' }).click()
}

/** Presses Tab until a control of this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  const label = () =>
    page.evaluate(() => {
      const element = document.activeElement
      const own = element?.textContent?.trim()
      return (
        own || (element instanceof HTMLInputElement ? element.labels?.[0]?.textContent?.trim() : '') || ''
      )
    })
  for (let i = 0; i < 20; i++) {
    await page.keyboard.press('Tab')
    if ((await label()) === name) return
  }
  throw new Error(`Tab does not reach “${name}”`)
}

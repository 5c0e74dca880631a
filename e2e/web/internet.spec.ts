/** The page Internet: state in words and times, connect and hang up, connections and people in the draft, and the check. */
import { applianceSnapshot } from '@bauta/config'
import type { Page } from '@playwright/test'
import { refused } from './guard.ts'
import { apply, draftBar, visit } from './pages.ts'
import { expect, test } from './site.ts'

const PORTS = [
  { name: 'lan0', role: 'lan' as const },
  { name: 'wan0', role: 'wan' as const },
]
const INTERNET = { path: '/internet', name: 'Internet' }
const card = (page: Page, name: string) => page.getByRole('region', { name: new RegExp(`^${name}`) })
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const BOX = applianceSnapshot(PORTS).internet

test.beforeEach(async ({ administrator, site }) => {
  await administrator.save('internet', structuredClone(BOX))
  site.fake.internet.tell('Internet', null)
})
test.afterAll(({ administrator }) => administrator.reset())

test('tells the lease, the address and the load, hangs up and connects again', async ({ page, site }) => {
  await visit(page, INTERNET)
  const line = card(page, 'Internet')
  await expect(line).toContainText('Up for')
  await expect(line).toContainText('203.0.113.24')
  await expect(line).toContainText(/from 203\.0\.113\.1, renewed in/)
  await expect(line).toContainText(/in [\d.]+ [kM]?bit\/s/)

  await line.getByRole('button', { name: 'Hang up' }).click()
  const question = page.getByRole('dialog', { name: 'Hang Internet up?' })
  await expect(question).toContainText('offline until somebody presses')
  await question.getByRole('button', { name: 'Hang up' }).click()
  await expect(line).toContainText(/Hung up \d+ s ago/)
  await line.getByRole('button', { name: 'Connect' }).click()
  await expect(line).toContainText(/Connecting for/)
  await expect(line).toContainText('Up for', { timeout: 15_000 })
  await expect(card(page, 'What happened').getByRole('listitem').first()).toContainText(
    /Internet dialled.*by anna/,
  )
  expect(site.fake.internet.events[0]).toMatchObject({ who: 'anna', text: 'dialled' })
})

test('says what went wrong and when it tries again', async ({ page, site }) => {
  site.fake.internet.tell('Internet', {
    state: 'failed',
    address: null,
    problem: 'The provider refused the name or the password.',
    attempts: 4,
    nextAttemptAt: site.fake.home.now + 90_000,
  })
  await visit(page, INTERNET)
  const line = card(page, 'Internet')
  await expect(line).toContainText('The provider refused the name or the password.')
  await expect(line).toContainText(/tries again in 0\d:\d\d; 4 tries so far/)
  await expect(line.getByRole('button', { name: 'Connect' })).toBeVisible()
  await page.goto('/')
  const way = page.getByRole('region', { name: 'The way of a packet' })
  await expect(way).toContainText('The provider refused the name or the password.')
  await way.getByRole('link', { name: 'Internet', exact: true }).click()
  await expect(page).toHaveURL('/internet')
})

test('a connection is added, faults beside its fields, applied, and its password is never seen again', async ({
  page,
  site,
}) => {
  await visit(page, INTERNET)
  await button(page, 'Add connection').click()
  const drawer = page.getByRole('dialog', { name: 'New connection' })
  await drawer.getByRole('button', { name: 'Keep in the draft' }).click()
  await expect(drawer.getByLabel('Name', { exact: true })).toBeFocused()
  await expect(drawer.getByLabel('User name')).toHaveAccessibleDescription('the user name is missing')
  await drawer.getByLabel('Name', { exact: true }).fill('DSL')
  await drawer.getByLabel('User name').fill('household@isp.example')
  await drawer.getByLabel('Password of the provider').fill('from the letter')
  await drawer.getByLabel('MTU').fill('9000')
  await drawer.getByLabel('When', { exact: true }).selectOption('demand')
  await drawer.getByRole('button', { name: 'Keep in the draft' }).click()
  await expect(drawer.getByLabel('MTU')).toHaveAccessibleDescription(/at most 1500/)
  await drawer.getByLabel('MTU').fill('')
  await drawer.getByRole('button', { name: 'Keep in the draft' }).click()
  await expect(card(page, 'DSL')).toContainText('comes to life when the draft is applied')
  await card(page, 'DSL').getByRole('button', { name: 'Use this one' }).click()
  await draftBar(page).getByRole('button', { name: 'Show' }).click()
  await expect(draftBar(page).getByRole('listitem')).toHaveText([
    'Connection DSL added (PPPoE)',
    'Connection in use Internet → DSL',
  ])
  await apply(page)
  expect(site.fake.current.snapshot.internet.connections[1]).toEqual({
    name: 'DSL',
    method: {
      kind: 'pppoe',
      user: 'household@isp.example',
      password: 'from the letter',
      service: '',
      mtu: 'auto',
    },
    when: 'demand',
    idleSeconds: 300,
  })
  // in use, it stands first
  await expect(page.getByRole('main').getByRole('heading', { level: 2 }).first()).toContainText('DSL')

  await button(page, 'Edit DSL').click()
  const edit = page.getByRole('dialog', { name: 'Edit DSL' })
  await expect(edit.getByLabel('Password of the provider')).toHaveValue('')
  await expect(edit.getByLabel('Password of the provider')).toHaveAttribute('placeholder', /kept/)
  expect(await page.content()).not.toContain('from the letter')
  await edit.getByLabel('Name', { exact: true }).fill('Copper')
  await edit.getByRole('button', { name: 'Keep in the draft' }).click()
  await apply(page)
  const { use, connections } = site.fake.current.snapshot.internet
  expect([use, connections[1]!.name]).toEqual(['Copper', 'Copper'])
  expect(connections[1]!.method).toMatchObject({ password: 'from the letter' })
})

test('a connection that is not in use can be removed, the one in use cannot', async ({
  page,
  administrator,
  site,
}) => {
  const modem = {
    kind: 'serial' as const,
    device: '/dev/ttyS0',
    speed: 115_200 as const,
    phone: '0123',
    chat: [],
    user: 'u',
    password: 'p',
  }
  await administrator.change('internet', (internet) => {
    internet.connections.push({ name: 'Modem', method: modem, when: 'manual', idleSeconds: 300 })
  })
  await visit(page, INTERNET)
  await expect(button(page, 'Remove Internet')).toBeHidden()
  await button(page, 'Remove Modem').click()
  await apply(page)
  expect(site.fake.current.snapshot.internet.connections.map(({ name }) => name)).toEqual(['Internet'])
})

test('somebody who may dial: the password becomes a hash before it is in any draft', async ({
  page,
  guard,
  site,
}) => {
  guard.expect(refused(422))
  await visit(page, INTERNET)
  await button(page, 'Add person').click()
  const drawer = page.getByRole('dialog', { name: 'Somebody who may dial' })
  const keep = drawer.getByRole('button', { name: 'Keep in the draft' })
  await keep.click()
  await expect(drawer.getByLabel('Name', { exact: true })).toBeFocused()
  await drawer.getByLabel('Name', { exact: true }).fill('Lea')
  await drawer.getByLabel('Password', { exact: true }).fill('short')
  await keep.click()
  await expect(drawer.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(/has 5 characters/)
  await drawer.getByLabel('Password', { exact: true }).fill('open the line please')
  await drawer.getByRole('switch', { name: 'Internet' }).check()
  await keep.click()
  await expect(card(page, 'People who may dial')).toContainText('may dial Internet')
  const kept = await page.evaluate(() => JSON.stringify(sessionStorage))
  expect(kept).toContain('$argon2id$')
  expect(kept).not.toContain('open the line please')
  await apply(page)
  const [lea] = site.fake.current.snapshot.internet.dialers
  expect(lea).toMatchObject({ name: 'lea', connections: ['Internet'] })
  expect(lea!.passwordHash).toMatch(/^\$argon2id\$v=19\$m=47104/)

  await button(page, 'Edit lea').click()
  const edit = page.getByRole('dialog', { name: 'Edit lea' })
  await edit.getByRole('switch', { name: 'Internet' }).uncheck()
  await edit.getByRole('button', { name: 'Keep in the draft' }).click()
  await expect(card(page, 'People who may dial')).toContainText('may only look')
  await apply(page)
  expect(site.fake.current.snapshot.internet.dialers).toEqual([{ ...lea, connections: [] }])
})

test('“Is it me?” goes from the cable outwards and says what to do', async ({ page, site }) => {
  await visit(page, INTERNET)
  const check = card(page, 'Is it me')
  await check.getByRole('button', { name: 'Check now' }).click()
  await expect(check.getByText('All is well')).toBeVisible()
  const before = site.fake.internet.findings
  site.fake.internet.findings = before.map((step) =>
    step.name === 'dns'
      ? {
          ...step,
          state: 'failed',
          text: 'no DNS server answers',
          advice: 'Set other servers on the page DNS.',
        }
      : step,
  )
  try {
    await check.getByRole('button', { name: 'Check again' }).click()
    await expect(check.getByText('Here it stops')).toBeVisible()
    await expect(check.getByRole('listitem').filter({ hasText: 'Names' })).toContainText('Set other servers')
  } finally {
    site.fake.internet.findings = before
  }
})

test('two administrators: the second is told what the first did', async ({ page, guard, administrator }) => {
  guard.expect(refused(409))
  await visit(page, INTERNET)
  await button(page, 'Edit Internet').click()
  await page.getByLabel('Name told to the provider').fill('bauta')
  await button(page, 'Keep in the draft').click()
  await administrator.change('internet', (internet) => {
    internet.connections[0]!.when = 'manual'
  })
  await draftBar(page).getByRole('button', { name: 'Apply' }).click()
  const conflict = page.getByRole('dialog', { name: 'Somebody else saved first' })
  await expect(conflict).toContainText('always up → dialled by hand')
  await conflict.getByRole('button', { name: 'Take theirs, drop mine' }).click()
  await expect(card(page, 'Internet')).toContainText('by hand')
})

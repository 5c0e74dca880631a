/** The card of traffic shaping on the page Internet: speeds in the draft, what is in force, and what is wrong. */
import { applianceSnapshot, type Internet } from '@bauta/config'
import type { Page } from '@playwright/test'
import { apply, draftBar, visit } from './pages.ts'
import { expect, test } from './site.ts'

const INTERNET = { path: '/internet', name: 'Internet' }
const BOX: Internet = applianceSnapshot([
  { name: 'lan0', role: 'lan' },
  { name: 'wan0', role: 'wan' },
]).internet
const LINE = { connection: 'Internet', download: 47_500, upload: 9500, link: 'cable' } as const
const card = (page: Page) => page.getByRole('region', { name: 'Traffic shaping' })
const field = (page: Page, name: string) => card(page).getByLabel(name, { exact: true })
const hold = (page: Page) => card(page).getByRole('switch', { name: /^Hold the line/ })

test.beforeEach(async ({ administrator, site }) => {
  await administrator.reset()
  site.fake.household.shapingProblem = null
})
test.afterAll(async ({ administrator, site }) => {
  site.fake.household.shapingProblem = null
  await administrator.reset()
})

test('off at first; speeds are written, applied and in force, in words and figures', async ({
  page,
  administrator,
}) => {
  await visit(page, INTERNET)
  await expect(card(page).getByText('off', { exact: true })).toBeVisible()
  await expect(field(page, 'Download')).toBeHidden()
  await hold(page).check()
  await expect(card(page)).toContainText('write 90 to 95 % of that')
  await field(page, 'Download').fill('47500')
  await expect(field(page, 'Download')).toHaveAccessibleDescription('That is 47.5 Mbit/s.')
  await field(page, 'Upload').fill('9500')
  await field(page, 'Kind of line').selectOption('cable (DOCSIS)')
  await draftBar(page).getByRole('button', { name: 'Show' }).click()
  await expect(draftBar(page).getByRole('listitem')).toHaveText([
    'Traffic shaping switched on',
    'Internet: download not shaped → 47500 kbit/s',
    'Internet: upload not shaped → 9500 kbit/s',
    'Internet: line not counted → cable (DOCSIS)',
  ])
  await apply(page)
  expect((await administrator.settings()).snapshot.shaping).toEqual({
    enabled: true,
    perMachine: true,
    lines: [LINE],
  })
  await expect(card(page).getByText('in force', { exact: true })).toBeVisible()
  const queues = card(page).getByLabel('Queues in force')
  await expect(queues).toContainText('47.5 Mbit/s at lan0')
  await expect(queues).toContainText('14 packets wait now; 3.4 ms on average, 11 ms at most')
  await expect(queues).toContainText('9.50 Mbit/s at wan0')
  await expect(queues).toContainText(/packets sent, [\d\s]+ dropped/)

  await page.goto('/changes')
  await expect(page.getByText('Traffic shaping switched on').first()).toBeVisible()
})

test('a wrong speed is told beside its field, and an empty one is no limit', async ({
  page,
  administrator,
}) => {
  await administrator.save('shaping', { enabled: true, perMachine: true, lines: [LINE] })
  await visit(page, INTERNET)
  await field(page, 'Upload').fill('9,5')
  await field(page, 'Upload').blur()
  await expect(field(page, 'Upload')).toHaveAccessibleDescription('whole kbit/s, please')
  await expect(draftBar(page).getByRole('button', { name: 'Apply' })).toBeDisabled()
  await field(page, 'Upload').fill('9')
  await field(page, 'Upload').blur()
  await expect(field(page, 'Upload')).toHaveAccessibleDescription('at least 16 kbit/s')
  await field(page, 'Upload').fill('')
  await expect(field(page, 'Upload')).toHaveAccessibleDescription('Empty: as fast as it goes.')
  await card(page).getByRole('radio', { name: 'By connection' }).check()
  await expect(card(page)).toContainText('who opens more of them gets more')
  await apply(page)
  expect((await administrator.settings()).snapshot.shaping).toEqual({
    enabled: true,
    perMachine: false,
    lines: [{ ...LINE, upload: null }],
  })
  await expect(card(page).getByLabel('Queues in force')).not.toContainText('wan0')
})

test('each connection has speeds of its own, which follow its name; one in use without any is told of', async ({
  page,
  administrator,
}) => {
  const [first] = BOX.connections
  const connections = [first!, { ...first!, name: 'LTE' }]
  await administrator.save('internet', { ...structuredClone(BOX), connections })
  await administrator.save('shaping', {
    enabled: true,
    perMachine: true,
    lines: [{ ...LINE, connection: 'LTE' }],
  })
  await visit(page, INTERNET)
  await expect(card(page).getByText('Nothing is shaped: Internet has no speed yet')).toBeVisible()
  const lte = card(page).getByRole('group', { name: 'LTE' })
  await expect(lte.getByLabel('Download', { exact: true })).toHaveValue('47500')
  await expect(card(page).getByRole('group', { name: 'Internet' }).getByLabel('Download')).toHaveValue('')

  const renamed = connections.map((one) => (one.name === 'LTE' ? { ...one, name: 'Mobile' } : one))
  await administrator.save('internet', { ...structuredClone(BOX), connections: renamed })
  await page.reload()
  const mobile = card(page).getByRole('group', { name: 'Mobile' })
  await expect(mobile.getByLabel('Download', { exact: true })).toHaveValue('47500')
})

test('a box that cannot says why, and keeps what was set', async ({ page, site, administrator }) => {
  site.fake.household.shapingProblem = 'this kernel has no cake'
  await administrator.save('shaping', { enabled: true, perMachine: true, lines: [LINE] })
  await visit(page, INTERNET)
  await expect(card(page).getByText('not in force', { exact: true })).toBeVisible()
  await expect(card(page)).toContainText(
    'The reason: this kernel has no cake. Everything else works as before.',
  )
  await expect(field(page, 'Download')).toHaveValue('47500')
  await expect(card(page).getByLabel('Queues in force')).toBeHidden()
})

/** System: how the machine is, what it says, its shell, restart and reset. */
import { NO_ACCESS } from '@bauta/config'
import { apply, visit } from './pages.ts'
import { expect, test } from './site.ts'

const SYSTEM = { path: '/system', name: 'System' }

test.beforeEach(async ({ administrator, site }) => {
  await administrator.save('access', NO_ACCESS)
  Object.assign(site.fake.system, { kind: 'appliance', writable: true, temperature: 48.5 })
  site.fake.system.power.length = 0
})

test('the machine tells how it is, and a sensor that is not there is no fault', async ({ page, site }) => {
  await visit(page, SYSTEM)
  await expect(page.getByText('48 °C').or(page.getByText('49 °C'))).toBeVisible()
  await expect(page.getByText('PC Engines apu2')).toBeVisible()
  await expect(page.getByRole('row').filter({ hasText: 'unbound' })).toContainText('could not bind port 5353')
  site.fake.system.temperature = null
  await expect(page.getByText('this machine has no sensor')).toBeVisible()
})

test('a disk that takes nothing more is said at the top', async ({ page, site }) => {
  site.fake.system.writable = false
  await visit(page, SYSTEM)
  await expect(page.getByText('The disk takes nothing more')).toBeVisible()
})

test('the log is filtered by level, source and words, goes on live, and stands still when told to', async ({
  page,
  site,
}) => {
  await visit(page, SYSTEM)
  const log = page.getByRole('region', { name: 'Log' })
  const rows = log.getByRole('row')
  await expect(rows.filter({ hasText: 'DHCPACK' })).toHaveCount(1)
  await log.getByText('Errors', { exact: true }).click()
  await expect(rows).toHaveCount(2)
  await expect(rows.last()).toContainText('CHAP authentication failed')
  await log.getByText('All', { exact: true }).click()
  await log.getByLabel('Who says it').selectOption('dhcpcd')
  await expect(rows).toHaveCount(3)
  await log.getByLabel('Who says it').selectOption('')
  site.fake.system.say('pppd', 'warn', 'the line is <b>slow</b>')
  await expect(rows.nth(1)).toContainText('the line is <b>slow</b>')
  await log.getByLabel('Live').uncheck()
  site.fake.system.say('pppd', 'warn', 'said while nobody listened')
  await page.waitForTimeout(3000)
  await expect(rows.nth(1)).toContainText('slow')
  await log.getByLabel('Find in the log').fill('nobody LISTENED')
  await expect(rows.nth(1)).toContainText('said while nobody listened')
})

test('older lines come when asked for', async ({ page, site }) => {
  for (let i = 0; i < 120; i++) site.fake.system.say('filler', 'info', `line ${i}`)
  await visit(page, SYSTEM)
  const log = page.getByRole('region', { name: 'Log' })
  await log.getByLabel('Who says it').selectOption('filler')
  await expect(log.getByRole('row')).toHaveCount(51)
  await log.getByRole('button', { name: 'Older lines' }).click()
  await expect(log.getByRole('row')).toHaveCount(101)
  await log.getByRole('button', { name: 'Older lines' }).click()
  await expect(log.getByRole('row').last()).toContainText('line 0')
  await expect(log.getByRole('button', { name: 'Older lines' })).toBeHidden()
})

test('a restart asks first; a factory reset wants to be typed', async ({ page, site }) => {
  await visit(page, SYSTEM)
  await page.getByRole('button', { name: 'Restart', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Restart' }).click()
  await expect(page.getByText('The box starts again', { exact: true })).toBeVisible()
  expect(site.fake.system.power).toEqual(['reboot'])
  await page.getByRole('button', { name: 'Factory reset' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Type “forget everything”').fill('forget')
  await expect(dialog.getByRole('button', { name: 'Forget everything' })).toBeDisabled()
  await dialog.getByLabel('Type “forget everything”').fill('forget everything')
  await dialog.getByRole('button', { name: 'Forget everything' }).click()
  await expect(dialog).toBeHidden()
  expect(site.fake.system.power).toEqual(['reboot', 'factory-reset'])
})

test('a guest restarts nothing and says why', async ({ page, site }) => {
  site.fake.system.kind = 'guest'
  await visit(page, SYSTEM)
  await expect(page.getByText('whoever runs the machine restarts it')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Restart', exact: true })).toBeDisabled()
  await expect(page.getByRole('button', { name: 'Factory reset' })).toBeDisabled()
  await expect(page.getByLabel('Let administrators in by SSH')).toHaveCount(0)
})

test('the shell is opened with a key, and not without', async ({ page, site }) => {
  await visit(page, SYSTEM)
  await page.getByLabel('Let administrators in by SSH').check()
  await expect(page.getByText('without a key nobody could log in').first()).toBeVisible()
  await page.getByRole('button', { name: 'Add key' }).click()
  await page.getByLabel('key 1').fill('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHk anna@laptop')
  await apply(page)
  expect(site.fake.current.snapshot.access).toEqual({
    ssh: true,
    keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHk anna@laptop'],
  })
})

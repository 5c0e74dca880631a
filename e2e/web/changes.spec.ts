/** Changes: every revision can be looked at, compared and restored; going back is one more change. */
import type { Page } from '@playwright/test'
import { NAME } from './administrator.ts'
import { refused } from './guard.ts'
import { toast, visit } from './pages.ts'
import { expect, test } from './site.ts'

const CHANGES = { path: '/changes', name: 'Changes' }
const list = (page: Page) => page.getByRole('navigation', { name: 'Revisions' })
const question = (page: Page, revision: number) =>
  page.getByRole('dialog', { name: `Restore revision ${revision}?` })

test.beforeEach(({ administrator }) => administrator.reset())

test('says who changed what, and opens any of them', async ({ page, administrator }) => {
  await administrator.change('timeouts', (timeouts) => {
    timeouts.udp = 45
  })
  const { number } = (await administrator.settings()).revision
  await visit(page, CHANGES)
  const newest = list(page).getByRole('listitem').first()
  await expect(newest).toContainText(NAME)
  await expect(newest).toContainText('UDP timeout 300 s → 45 s')
  await expect(newest).toContainText('in force')
  await newest.getByRole('button').click()
  await expect(page).toHaveURL(`/changes?r=${number}`)
  await expect(page.getByText('In force now')).toBeVisible()

  await page.getByRole('radio', { name: 'Before and after' }).check()
  await expect(page.getByRole('definition').filter({ hasText: '300' })).toBeVisible()
  await expect(page.getByRole('definition').filter({ hasText: '45' })).toBeVisible()
  await page.getByRole('radio', { name: 'Whole settings' }).check()
  await expect(page.getByRole('region', { name: `Settings of revision ${number}` })).toContainText(
    '"udp": 45',
  )

  await page.reload()
  await expect(page.getByRole('heading', { name: `Revision ${number}` })).toBeVisible()
})

test('restores an earlier state, after saying what that would change', async ({
  page,
  administrator,
  site,
}) => {
  const { number: before } = (await administrator.settings()).revision
  await administrator.change('timeouts', (timeouts) => {
    timeouts.tcp = 900
  })
  await administrator.change('dns', (dns) => {
    dns.hosts = [{ name: 'printer', address: '192.168.77.30' }]
  })
  await visit(page, { ...CHANGES, path: `/changes?r=${before}` })
  await page.getByRole('button', { name: /^Restore/ }).click()
  await expect(question(page, before).getByRole('listitem')).toHaveText([
    'TCP timeout 900 s → 7440 s',
    'Host name printer removed',
  ])
  await expect(question(page, before)).toContainText('It would cut no live connection.')
  await question(page, before).getByRole('button', { name: 'Cancel' }).click()
  expect(site.fake.current.snapshot.timeouts.tcp).toBe(900)

  await page.getByRole('button', { name: /^Restore/ }).click()
  await question(page, before).getByRole('button', { name: 'Restore' }).click()
  await expect(toast(page, `Revision ${before} is back, as revision ${before + 3}`)).toBeVisible()
  expect(site.fake.current.snapshot.timeouts.tcp).toBe(7440)
  expect(site.fake.current.snapshot.dns.hosts).toEqual([])
  expect(site.fake.current.revision).toBe(before + 3)
  await expect(list(page).getByRole('listitem').first()).toContainText('in force')
  await expect(list(page).getByRole('listitem').nth(1)).toContainText('printer')
})

test('does not restore over somebody who saved meanwhile', async ({ page, administrator, guard }) => {
  guard.expect(refused(409))
  await administrator.change('timeouts', (timeouts) => {
    timeouts.icmp = 30
  })
  const { number } = (await administrator.settings()).revision
  await visit(page, { ...CHANGES, path: `/changes?r=${number - 1}` })
  await page.getByRole('button', { name: /^Restore/ }).click()
  await expect(question(page, number - 1)).toContainText('It would cut')
  await administrator.change('timeouts', (timeouts) => {
    timeouts.icmp = 31
  })
  await question(page, number - 1)
    .getByRole('button', { name: 'Restore' })
    .click()
  await expect(question(page, number - 1)).toContainText('Somebody saved meanwhile, and nothing was changed.')
  await expect(
    question(page, number - 1)
      .getByRole('listitem')
      .first(),
  ).toContainText('31 s → 60 s')
  expect((await administrator.settings()).snapshot.timeouts.icmp).toBe(31)
})

test('an address of a revision that never was says so', async ({ page, guard }) => {
  guard.expect(refused(404))
  await page.goto('/changes?r=99999')
  await expect(page.getByText('There is no such revision')).toBeVisible()
})

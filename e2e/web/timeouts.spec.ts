/** Timeouts and ports: presets, figures of one's own, faults beside the fields. */

import { PORT_PRESETS, TIMEOUT_PRESETS } from '@bauta/config'
import type { Page } from '@playwright/test'
import { apply, draftBar, toast, visit } from './pages.ts'
import { expect, test } from './site.ts'

const TIMEOUTS = { path: '/timeouts', name: 'Timeouts' }
const preset = (page: Page, of: string, name: string) =>
  page.getByRole('group', { name: `Preset of ${of}` }).getByRole('radio', { name })
const figure = (page: Page, label: string) => page.getByLabel(label, { exact: true })

test.beforeEach(({ administrator }) => administrator.reset())

test('the presets are there, and choosing one is a draft like any other', async ({ page, administrator }) => {
  await visit(page, TIMEOUTS)
  await expect(preset(page, 'the timeouts', 'Standard')).toBeChecked()
  await expect(figure(page, 'TCP, idle')).toHaveValue('7440')
  await preset(page, 'the timeouts', 'Classic 2.2').check()
  await expect(figure(page, 'TCP, idle')).toHaveValue('900')
  await expect(figure(page, 'TCP, closing')).toHaveValue('120')
  await expect(draftBar(page)).toContainText('2 changes to apply')
  expect((await administrator.settings()).snapshot.timeouts).toEqual(TIMEOUT_PRESETS.standard)
  await apply(page)
  expect((await administrator.settings()).snapshot.timeouts).toEqual(TIMEOUT_PRESETS.classic)

  await preset(page, 'the timeouts', 'Standard').check()
  await preset(page, 'the timeouts', 'Classic 2.2').check()
  await expect(draftBar(page), 'there and back is no change').toContainText('Nothing to apply')
})

test('a figure of one’s own is no preset any more', async ({ page, administrator }) => {
  await visit(page, TIMEOUTS)
  await figure(page, 'UDP').fill('10')
  await expect(preset(page, 'the timeouts', 'Your own')).toBeChecked()
  await draftBar(page).getByRole('button', { name: 'Show' }).click()
  await expect(draftBar(page).getByRole('listitem')).toHaveText(['UDP timeout 300 s → 10 s'])
  await apply(page)
  expect((await administrator.settings()).snapshot.timeouts).toEqual({ ...TIMEOUT_PRESETS.standard, udp: 10 })
})

test('faults stand beside their fields and nothing can be applied', async ({ page }) => {
  await visit(page, TIMEOUTS)
  for (const [typed, words] of [
    ['0', /at least 1 second/],
    ['soon', /whole seconds/],
    ['1.5', /whole seconds/],
    ['864001', /at most 864000 seconds/],
    ['', /whole seconds/],
  ] as const) {
    await figure(page, 'UDP').fill(typed)
    await figure(page, 'UDP').blur()
    await expect(figure(page, 'UDP'), typed).toHaveAttribute('aria-invalid', 'true')
    await expect(figure(page, 'UDP'), typed).toHaveAccessibleDescription(words)
    await expect(figure(page, 'UDP'), 'what was typed stays').toHaveValue(typed)
    await expect(draftBar(page)).toContainText('1 field needs attention')
    await expect(draftBar(page).getByRole('button', { name: 'Apply' })).toBeDisabled()
  }
  await figure(page, 'UDP').fill('30')
  await expect(figure(page, 'UDP')).not.toHaveAttribute('aria-invalid')
  await expect(draftBar(page).getByRole('button', { name: 'Apply' })).toBeEnabled()
  await draftBar(page).getByRole('button', { name: 'Discard' }).click()
  await expect(figure(page, 'UDP')).toHaveValue('300')
})

test('limits, loose UDP, and what a lost line means are settings like any other', async ({
  page,
  administrator,
}) => {
  await visit(page, TIMEOUTS)
  await expect(figure(page, 'Connections per machine')).toHaveValue('32768')
  await expect(figure(page, 'Loose UDP')).toBeDisabled()
  await expect(figure(page, 'Follow a new address')).toBeDisabled()
  await figure(page, 'Connections per machine').fill('7')
  await figure(page, 'Connections per machine').blur()
  await expect(figure(page, 'Connections per machine')).toHaveAccessibleDescription(/at least 16/)
  await figure(page, 'Connections per machine').fill('500')
  await figure(page, 'New connections per second').fill('70')
  await figure(page, 'New connections per second').blur()
  await expect(figure(page, 'New connections per second')).toHaveAccessibleDescription(/at least 100/)
  await figure(page, 'New connections per second').fill('900')
  await page
    .getByRole('group', { name: 'Connections when the line goes down' })
    .getByRole('radio', { name: 'Keep' })
    .check()
  await figure(page, 'Follow a new address').check()
  await figure(page, 'What comes in counts').uncheck()
  await page
    .getByRole('region', { name: 'Changes to apply: Ports' })
    .getByRole('button', { name: 'Apply' })
    .click()
  await expect(page.getByText(/^Saved and applied: revision \d+$/)).toBeVisible()
  const stored = (await administrator.settings()).snapshot
  expect(stored.ports).toEqual({
    ...PORT_PRESETS.standard,
    perMachine: 500,
    perSecond: 900,
    linkDown: 'keep',
    dynaddr: true,
  })
  expect(stored.timeouts.refreshInbound).toBe(true)
  await draftBar(page).getByRole('button', { name: 'Apply' }).click()
  await expect.poll(async () => (await administrator.settings()).snapshot.timeouts.refreshInbound).toBe(false)
})

test('rules are read again when the line comes up or goes down only where that is switched on', async ({
  page,
  administrator,
}) => {
  await visit(page, TIMEOUTS)
  const again = page.getByRole('group', { name: 'Read the rules again' })
  const up = again.getByRole('switch', { name: 'when the line comes up' })
  const down = again.getByRole('switch', { name: 'when it goes down' })
  await expect(up).not.toBeChecked()
  await expect(down).not.toBeChecked()
  await up.check()
  await draftBar(page).getByRole('button', { name: 'Show' }).click()
  await expect(draftBar(page).getByRole('listitem')).toHaveText([
    'Rules are read again when the line comes up',
  ])
  await apply(page)
  expect((await administrator.settings()).snapshot.ports).toMatchObject({ rereadUp: true, rereadDown: false })
})

test('the port range: preset, own range, too small a one', async ({ page, administrator }) => {
  await visit(page, TIMEOUTS)
  await preset(page, 'the ports', 'Classic 2.2').check()
  await expect(figure(page, 'First port')).toHaveValue('61000')
  await expect(figure(page, 'Last port')).toHaveValue('65095')
  await expect(page.getByRole('group', { name: 'Counting of free ports' }).getByLabel('As 2.2')).toBeChecked()
  const bar = page.getByRole('region', { name: 'Changes to apply: Ports' })
  await figure(page, 'Last port').fill('61010')
  await figure(page, 'Last port').blur()
  await expect(figure(page, 'Last port')).toHaveAccessibleDescription(/too small; give at least 64 ports/)
  await expect(bar.getByRole('button', { name: 'Apply' })).toBeDisabled()
  await preset(page, 'the ports', 'Classic 2.2').check()
  await bar.getByRole('button', { name: 'Apply' }).click()
  await expect(toast(page, /Saved and applied: revision \d+/)).toBeVisible()
  expect((await administrator.settings()).snapshot.ports).toEqual(PORT_PRESETS.classic)
})

test('who carries the packets is a choice, and a connection says who does', async ({
  page,
  administrator,
}) => {
  await visit(page, TIMEOUTS)
  const choice = page.getByRole('group', { name: 'Connections that the kernel carries' })
  await expect(choice.getByRole('radio', { name: 'Those that last' })).toBeChecked()
  await choice.getByRole('radio', { name: 'None' }).check()
  await draftBar(page).getByRole('button', { name: 'Show' }).click()
  await expect(draftBar(page).getByRole('listitem')).toHaveText([
    'Carried by the kernel: auto → off (none: TypeScript touches every packet)',
  ])
  await apply(page)
  expect((await administrator.settings()).snapshot.offload).toEqual({ mode: 'off' })

  await visit(page, { path: '/connections', name: 'Connections' })
  await page
    .getByRole('button', { name: /^(TCP|UDP), .*: why is this here\?$/ })
    .first()
    .click()
  await expect(
    page.getByText('The kernel carries its packets; what happens to them is decided.'),
  ).toBeVisible()
})

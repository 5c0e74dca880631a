/** Port forwarding: what a household types, what is refused and why, and whether the machine answers. */
import { NO_FORWARDS } from '@bauta/config'
import { apply, draftBar, visit } from './pages.ts'
import { expect, test } from './site.ts'

const FORWARDS = { path: '/forwards', name: 'Port forwarding' }

test.beforeEach(({ administrator }) => administrator.reset())

test('a web server is published in four fields, and the machine is asked whether it answers', async ({
  page,
  administrator,
}) => {
  await visit(page, FORWARDS)
  await expect(page.getByText('Nothing is forwarded')).toBeVisible()
  await page.getByRole('button', { name: 'Add forward' }).click()
  await page.getByLabel('Port outside').fill('8000-8010')
  await page.getByLabel('Port inside').fill('80')
  await page.getByLabel('Machine', { exact: true }).fill('192.168.77.20')
  await page.getByLabel('Note').first().fill('web server')
  await expect(page.getByText('Leads TCP ports 8000–8010 to 192.168.77.20 ports 80–90.')).toBeVisible()
  await page.getByRole('button', { name: 'Does it answer?' }).click()
  await expect(page.getByRole('status').filter({ hasText: '192.168.77.20 port 80 answers.' })).toBeVisible()
  await apply(page)
  expect((await administrator.settings()).snapshot.forwards).toEqual({
    ...NO_FORWARDS,
    list: [
      {
        id: 1,
        enabled: true,
        comment: 'web server',
        protocol: 'tcp',
        ports: { from: 8000, to: 8010 },
        targets: [{ address: '192.168.77.20', turns: 10 }],
        targetPort: 80,
        source: null,
      },
    ],
  })
})

test('what is taken already is refused beside its field', async ({ page }) => {
  await visit(page, FORWARDS)
  for (const machine of ['192.168.77.20', '192.168.77.21']) {
    await page.getByRole('button', { name: 'Add forward' }).click()
    await page.getByLabel('Port outside').last().fill('443')
    await page.getByLabel('Machine', { exact: true }).last().fill(machine)
  }
  await page.getByLabel('Note').last().focus()
  await expect(page.getByText('TCP port 443 already leads to 192.168.77.20')).toBeVisible()
  await expect(draftBar(page).getByRole('button', { name: /^Apply/ })).toBeDisabled()
})

test('a DMZ host, a trigger and a console', async ({ page, administrator }) => {
  await visit(page, FORWARDS)
  await page.getByRole('button', { name: 'Add DMZ host' }).click()
  await page.getByLabel('Machine', { exact: true }).fill('192.168.77.24')
  await expect(page.getByRole('button', { name: 'Add DMZ host' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Add trigger' }).click()
  await page.getByRole('button', { name: 'Add console' }).click()
  await page.getByLabel('console 1').fill('192.168.77.24')
  await apply(page)
  const { forwards } = (await administrator.settings()).snapshot
  expect(forwards.list[0]).toMatchObject({ protocol: 'all', ports: null })
  expect(forwards.triggers[0]).toMatchObject({
    id: 2,
    control: { port: 7070 },
    opens: { from: 6970, to: 7170 },
  })
  expect(forwards.consoles).toEqual(['192.168.77.24'])
})

test('a mark leads to a machine; without one it is refused beside its field', async ({
  page,
  administrator,
}) => {
  await visit(page, FORWARDS)
  await page.getByRole('button', { name: 'Add mark' }).click()
  await page.getByLabel('Mark', { exact: true }).fill('0')
  await page.getByLabel('Mark', { exact: true }).blur()
  await expect(page.getByLabel('Mark', { exact: true })).toHaveAccessibleDescription(/at least 1/)
  await page.getByLabel('Mark', { exact: true }).fill('7')
  await page.getByLabel('leads to machine').fill('192.168.77.20')
  await page.getByLabel('port there').fill('8080')
  await apply(page)
  expect((await administrator.settings()).snapshot.forwards.marks).toEqual([
    {
      id: 1,
      enabled: true,
      comment: '',
      mark: 7,
      targets: [{ address: '192.168.77.20', turns: 10 }],
      targetPort: 8080,
    },
  ])
})

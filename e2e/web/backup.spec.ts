/** Backup and restore, with files as people choose them: good ones, encrypted ones, and all kinds of wrong ones. */
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { refused } from './guard.ts'
import { toast, visit } from './pages.ts'
import { expect, test } from './site.ts'

const SYSTEM = { path: '/system', name: 'System' }
const PASSWORD = 'quite another sentence'

test.beforeEach(({ administrator }) => administrator.reset())

const card = (page: Page) => page.getByRole('region', { name: 'Backup', exact: true })
const dialog = (page: Page) => page.getByRole('dialog')

async function download(page: Page): Promise<string> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    card(page).getByRole('button', { name: 'Download backup' }).click(),
  ])
  expect(file.suggestedFilename()).toMatch(/^bauta-\d{4}-\d\d-\d\d-r\d+\.json$/)
  return readFileSync(await file.path(), 'utf8')
}
const choose = (page: Page, content: string | Buffer, name = 'backup.json') =>
  card(page)
    .getByLabel('Backup file')
    .setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(content) })

test('what was changed since is told, restored, and can be taken back', async ({
  page,
  site,
  administrator,
}) => {
  await visit(page, SYSTEM)
  const backup = await download(page)
  await administrator.change('timeouts', (timeouts) => {
    timeouts.udp = 33
  })
  await page.reload()
  await visit(page, SYSTEM)
  await choose(page, backup)
  await expect(dialog(page)).toContainText('UDP timeout 33 s → 300 s')
  expect(site.fake.current.snapshot.timeouts.udp).toBe(33)
  await dialog(page).getByRole('button', { name: 'Restore' }).click()
  await expect(toast(page, /The backup is in force, as revision \d+/)).toBeVisible()
  expect(site.fake.current.snapshot.timeouts.udp).toBe(300)
  await choose(page, backup)
  await expect(dialog(page)).toContainText('Nothing: the settings in force are the same.')
  await expect(dialog(page).getByRole('button', { name: 'Restore' })).toBeDisabled()
})

test('an encrypted one opens with its password alone', async ({ page, guard }) => {
  guard.expect(refused(422))
  await visit(page, SYSTEM)
  await card(page).getByLabel('Encrypt it with a password').check()
  await card(page).getByLabel('Password of the backup').fill('short')
  await card(page).getByRole('button', { name: 'Download backup' }).click()
  await expect(card(page).getByText(/use at least 10/)).toBeVisible()
  await card(page).getByLabel('Password of the backup').fill(PASSWORD)
  const backup = await download(page)
  expect(backup).not.toContain('home.arpa')
  await choose(page, backup)
  await expect(dialog(page).getByRole('heading', { name: 'This backup is encrypted' })).toBeVisible()
  await dialog(page).getByLabel('Password of the backup').fill('another sentence')
  await dialog(page).getByRole('button', { name: 'Open' }).click()
  await expect(dialog(page).getByText('The password is wrong')).toBeVisible()
  await dialog(page).getByLabel('Password of the backup').fill(PASSWORD)
  await dialog(page).getByRole('button', { name: 'Open' }).click()
  await expect(dialog(page)).toContainText('Nothing: the settings in force are the same.')
})

test('files that are none are refused with a reason, and nothing changes', async ({ page, site, guard }) => {
  guard.expect(refused(422))
  await visit(page, SYSTEM)
  const good = JSON.parse(await download(page))
  const before = structuredClone(site.fake.current)
  const spoilt = (change: (file: typeof good) => void) => {
    const file = structuredClone(good)
    change(file)
    return JSON.stringify(file)
  }
  const wrong: [content: string | Buffer, reason: RegExp][] = [
    [Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 1, 2]), /it is not JSON/],
    ['{"name": "package"}', /This is not a backup of Bauta/],
    [
      spoilt((file) => {
        file.format = 9
      }),
      /of a newer Bauta \(format 9; this box knows 1\)/,
    ],
    [
      spoilt((file) => {
        file.snapshot.timeouts.udp = 'x'
      }),
      /timeouts\.udp/,
    ],
    [
      spoilt((file) => {
        file.snapshot.dns.localDomain = 'a\nserver=6.6.6.6'
      }),
      /dns\.localDomain/,
    ],
    [
      spoilt((file) => {
        file.snapshot.rules.chains[0].rules[1].id = 1
      }),
      /rule id 1 is used twice/,
    ],
    [Buffer.alloc(5.5 * 1024 * 1024, 0x20), /more than 5 MB/],
  ]
  for (const [content, reason] of wrong) {
    await choose(page, content)
    await expect(page.getByRole('alert').filter({ hasText: reason })).toBeVisible()
    const close = dialog(page).getByRole('button', { name: 'Close' }).last()
    if (await close.isVisible()) await close.click()
  }
  expect(site.fake.current).toEqual(before)
})

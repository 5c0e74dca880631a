/**
 * The first evening: a browser on lan1 sets the first password and denies lan2 one server while both machines download from
 * it. What was said in the page happens on the wire, can be undone, and outlives a restart of everything.
 */
import type { Page } from '@playwright/test'
import { LAN, SERVERS } from '../lab/plan.ts'
import { sleep, until } from '../lab/shell.ts'
import { UNANSWERED } from '../web/guard.ts'
import { draftBar, visit } from '../web/pages.ts'
import { claim } from './door.ts'
import { expect, type House, pidOf, ROOT_ONLY, test } from './lab.ts'
import { Transfer } from './transfer.ts'

const WWW = SERVERS['www.example.org']
const OTHER = SERVERS['news.example.net']
const RULES = { path: '/rules', name: 'Rules' }
const CHANGES = { path: '/changes', name: 'Changes' }
const COMMENT = 'no www for lan2'
/** Slow enough to last for the whole story, fast enough to be seen at every moment: 2 MB/s. */
const STREAM = `http://${WWW}/bytes/2000000000?rate=2000000`

test.skip(...ROOT_ONLY)
test.use({ story: 'deny' })

test('a rule of the page kills lan2’s running download within a second, and lan1’s goes on', async ({
  page,
  house,
  guard,
}) => {
  await claim(page)
  const lan1 = new Transfer(house.lab, 'lan1', STREAM)
  const lan2 = new Transfer(house.lab, 'lan2', STREAM)
  try {
    await test.step('the rule is written while both download', async () => {
      await visit(page, RULES)
      await page.getByRole('button', { name: 'More for rule 3' }).click()
      await page.getByRole('menuitem', { name: 'Add rule above' }).click()
      const form = page.getByRole('dialog')
      await form.getByLabel('From', { exact: true }).fill(LAN.lan2)
      await form.getByLabel('To', { exact: true }).fill(WWW)
      await form.getByLabel('Comment').fill(COMMENT)
      await form.getByRole('button', { name: 'Keep in the draft' }).click()
      await expect(draftBar(page)).toContainText('Cuts 1 live connection')
      expect(await lan1.during(500)).toBeGreaterThan(200_000)
      expect(await lan2.during(500)).toBeGreaterThan(200_000)
    })

    await test.step('applied: lan2’s download dies within 1 s, lan1’s does not', async () => {
      const pressed = performance.now()
      await draftBar(page).getByRole('button', { name: 'Apply' }).click()
      await expect(page.getByText(/^Saved and applied: revision 2$/)).toBeVisible()
      await sleep(2500)
      const lived = lan2.lastByteAt - pressed
      console.log(`lan2's last byte came ${lived.toFixed(0)} ms after the press on Apply`)
      expect(lived).toBeLessThan(1000)
      expect(await lan2.during(1000)).toBe(0)
      expect(await lan1.during(1000)).toBeGreaterThan(1_000_000)
      expect(lan1.longestGap).toBeLessThan(1000)
      expect(await reaches(house, 'lan2', WWW)).toBe(false)
      expect(await reaches(house, 'lan2', OTHER)).toBe(true)
      expect(await reaches(house, 'lan1', WWW)).toBe(true)
      const row = page.getByRole('row').filter({ hasText: COMMENT })
      await expect(row.getByRole('cell').nth(4), 'the rule counts what it denies').toHaveText(/^[1-9]/)
    })

    await test.step('undone in Changes: it is back', async () => {
      await restore(page, 1)
      await expect.poll(() => reaches(house, 'lan2', WWW)).toBe(true)
    })

    await test.step('the rule once more, and everything restarted: it is still there', async () => {
      await restore(page, 2)
      expect(await reaches(house, 'lan2', WWW)).toBe(false)
      guard.expect(UNANSWERED)
      await restartEverything(house)
      expect(await reaches(house, 'lan2', WWW)).toBe(false)
      expect(await reaches(house, 'lan2', OTHER)).toBe(true)
      await visit(page, RULES)
      await expect(page.getByRole('row').filter({ hasText: COMMENT })).toContainText('DENY')
      await expect(draftBar(page)).toContainText('In force is revision 4')
      expect(await lan1.during(1000), 'lan1’s download has outlived it').toBeGreaterThan(1_000_000)
    })
  } finally {
    await lan1.stop()
    await lan2.stop()
  }
})

async function reaches({ lab }: House, host: 'lan1' | 'lan2', server: string): Promise<boolean> {
  const curl = lab.spawn(host, ['curl', '-s', '-m', '2', '-o', '/dev/null', `http://${server}/`])
  return new Promise((resolve) => curl.on('exit', (code) => resolve(code === 0)))
}

async function restore(page: Page, revision: number): Promise<void> {
  await visit(page, { ...CHANGES, path: `/changes?r=${revision}` })
  await page.getByRole('button', { name: /^Restore/ }).click()
  const dialog = page.getByRole('dialog', { name: `Restore revision ${revision}?` })
  await expect(dialog.getByRole('listitem')).toHaveText([/forward/])
  await dialog.getByRole('button', { name: 'Restore' }).click()
  await expect(page.getByText(new RegExp(`^Revision ${revision} is back, as revision \\d+$`))).toBeVisible()
}

/** Dataplane and web are ended and started again by their supervisors, as at a reboot. */
async function restartEverything({ lab, dataplane }: House): Promise<void> {
  const { startedAt } = await dataplane.status()
  const web = pidOf(lab, 'web')
  process.kill(web, 'SIGTERM')
  process.kill(pidOf(lab, 'dataplane'), 'SIGTERM')
  await until('the dataplane is back', 10, async () => {
    const status = await dataplane.status().catch(() => undefined)
    return status !== undefined && status.startedAt > startedAt
  })
  await until(
    'the admin page is back',
    20,
    () => pidOf(lab, 'web') !== web && healthy(lab.record.admin.outside),
  )
}

const healthy = (url: string | null): Promise<boolean> =>
  fetch(`${url}/api/health`).then(
    (reply) => reply.ok,
    () => false,
  )

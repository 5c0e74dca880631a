/** Home: is the house online, what goes through, what needs somebody. */
import type { Status } from '@bauta/control'
import type { FakeDataplane } from '../fixtures/fake-dataplane.ts'
import { hasFigures, visit } from './pages.ts'
import { expect, test } from './site.ts'

const HOME = { path: '/', name: 'Home' }

test('tells the WAN address, the household, the connections, and goes on telling', async ({ page }) => {
  await visit(page, HOME)
  const way = page.getByRole('region', { name: 'The way of a packet' })
  await expect(way).toContainText(/8\sdevices/)
  await expect(way).toContainText('203.0.113.24')
  await expect(way).toContainText(/12\d\sconnections/)
  await expect(page.getByText('Nothing.', { exact: true })).toBeVisible()
  const before = await way.innerText()
  await expect(way).not.toHaveText(before)
  await way.getByRole('link', { name: /connections/ }).click()
  await expect(page).toHaveURL('/connections')
})

test('puts the worst first among what needs attention, each with what to do', async ({ page, site }) => {
  const since = site.fake.home.now - 120_000
  const goBack = tell(site.fake, {
    attention: [
      { kind: 'started-safe', level: 'info', text: 'Started with the safe default.', since },
      { kind: 'ports-low', level: 'warn', text: 'Only 12 UDP ports are free.', since },
      { kind: 'dns-down', level: 'error', text: 'DNS does not run.', since },
    ],
  })
  try {
    await visit(page, HOME)
    const items = page.getByRole('listitem').filter({ hasText: 'ago' })
    await expect(items).toContainText(['DNS does not run.', 'Only 12 UDP ports are free.', 'safe default'])
    await items.nth(1).getByRole('link').click()
    await expect(page).toHaveURL('/connections?sort=client')
  } finally {
    goBack()
  }
})

test('says what is wrong with the line, and when it is well again', async ({ page, site }) => {
  const { interfaces } = site.fake.home.status(1, site.fake.current.snapshot.interfaces.list)
  const goBack = tell(site.fake, {
    online: false,
    interfaces: interfaces.map((entry) => (entry.role === 'wan' ? { ...entry, state: 'down' } : entry)),
  })
  try {
    await page.goto('/')
    await expect(page.getByRole('banner').getByRole('status')).toHaveText('Offline')
    await expect(page.getByText('No signal')).toBeVisible()
    await expect(page.getByText(/Check the cable to the modem/)).toBeVisible()
  } finally {
    goBack()
  }
  await hasFigures(page)
  await expect(page.getByText('No signal')).toBeHidden()
})

/** Lets the stand-in tell something else than it sees. @returns how to undo it */
function tell({ home }: FakeDataplane, what: Partial<Status>): () => void {
  const { status } = home
  home.status = (...args) => ({ ...status.call(home, ...args), ...what })
  return () => {
    home.status = status
  }
}

/** Timeouts and ports are set in the page and hold on the wire at once. */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { LAN, SERVERS, SERVICES } from '../lab/plan.ts'
import { ROOT } from '../lab/record.ts'
import { sleep } from '../lab/shell.ts'
import { apply, visit } from '../web/pages.ts'
import { enter } from './door.ts'
import { expect, type House, ROOT_ONLY, test } from './lab.ts'

const WHOAMI = { address: SERVERS['echo.example.org'], port: SERVICES.whoami }
const TIMEOUTS = { path: '/timeouts', name: 'Timeouts' }
const LOCAL_PORT = 38_000

test.skip(...ROOT_ONLY)
test.use({ story: 'timers' })

test('UDP set to 10 s: counts down in the page and in ipchains -M -L, and is gone after 10 s', async ({
  page,
  house,
}) => {
  await enter(page)
  await visit(page, TIMEOUTS)
  await page.getByLabel('UDP', { exact: true }).fill('10')
  await apply(page)

  const handle = await house.on.lan1.udpOpen({ localPort: LOCAL_PORT })
  await visit(page, {
    path: `/connections?q=${encodeURIComponent(`port:${LOCAL_PORT}`)}`,
    name: 'Connections',
  })
  const row = rowOfPage(page)
  expect(await house.on.lan1.udpWhoami({ handle, to: WHOAMI })).not.toBeNull()
  const began = Date.now()
  await expect(row).toContainText(LAN.lan1)

  const seen: { at: number; page: number; listing: number | null }[] = []
  for (let i = 0; i < 3; i++) {
    const inPage = secondsOf(await row.locator('[data-column="expires"]').innerText())
    const at = Date.now()
    seen.push({ at, page: inPage, listing: inListing(house) })
    // the listing takes its time to start; it is as old as its end
    const late = (Date.now() - at) / 1000
    expect(Math.abs(inPage - seen[i]!.listing! - late), 'page and listing agree').toBeLessThanOrEqual(2)
    await sleep(1500)
  }
  console.log(`counting down: ${seen.map((both) => `${both.page} s / ${both.listing} s`).join(', ')}`)
  for (const [i, both] of seen.slice(1).entries()) {
    const passed = (both.at - seen[i]!.at) / 1000
    expect(Math.abs(seen[i]!.page - both.page - passed), 'as fast as time').toBeLessThanOrEqual(2)
    expect(both.listing!).toBeLessThan(seen[i]!.listing!)
  }
  await expect(row).toBeHidden({ timeout: 6000 })
  const lived = (Date.now() - began) / 1000
  console.log(`out of the page after ${lived.toFixed(1)} s`)
  expect(inListing(house)).toBeNull()
  expect(lived).toBeGreaterThan(9)
  expect(lived).toBeLessThan(12.5)
})

test('a new port range holds for the next connection, and what runs keeps its port', async ({
  page,
  house,
}) => {
  await enter(page)
  const { lan2 } = house.on
  const before = await lan2.udpOpen({ localPort: 50_001 })
  expect((await lan2.udpWhoami({ handle: before, to: WHOAMI }))?.port).toBe(50_001)

  await visit(page, TIMEOUTS)
  await page.getByLabel('First port').fill('40000')
  await page.getByLabel('Last port').fill('40099')
  const bar = page.getByRole('region', { name: /^Changes to apply/ })
  await bar.getByRole('button', { name: 'Apply' }).click()
  await expect(page.getByText(/^Saved and applied: revision \d+$/)).toBeVisible()

  const after = await lan2.udpOpen({ localPort: 50_002 })
  const port = (await lan2.udpWhoami({ handle: after, to: WHOAMI }))!.port
  expect(port).toBeGreaterThanOrEqual(40_000)
  expect(port).toBeLessThanOrEqual(40_099)
  expect((await lan2.udpWhoami({ handle: before, to: WHOAMI }))?.port).toBe(50_001)
  await expect(page.getByText(/^of the 100|100 ports/).first()).toBeVisible()
})

const rowOfPage = (page: Page) =>
  page
    .getByRole('table', { name: 'Connections' })
    .getByRole('row')
    .filter({ has: page.getByRole('cell') })

/** @returns seconds left as `bauta ipchains -M -L -n` tells, or null where there is no such connection */
function inListing({ lab }: House): number | null {
  const done = spawnSync(path.join(ROOT, 'bauta'), ['ipchains', '-M', '-L', '-n'], {
    encoding: 'utf8',
    env: { ...process.env, BAUTA_LAB: lab.record.name },
  })
  if (done.status !== 0) throw new Error(done.stderr)
  const row = done.stdout
    .split('\n')
    .find((line) => line.startsWith('UDP') && line.includes(LAN.lan1) && line.includes(String(LOCAL_PORT)))
  const found = row && /^UDP\s+(\d+):(\d+\.\d+)/.exec(row)
  return found ? Number(found[1]) * 60 + Number(found[2]) : null
}

function secondsOf(clock: string): number {
  return clock
    .trim()
    .split(':')
    .reduce((sum, part) => sum * 60 + Number(part), 0)
}

/**
 * A table of 100,000 connections with the page of connections open and live. The page stays fluent (frames, long tasks,
 * updates, scrolling), and the box goes on carrying.
 *
 * Browser, box, household and servers share the cores of one machine here, so the bounds of frames and of the box's rate
 * with the browser beside it are wide. What the page asks of the box alone is measured without a browser, by curl, and
 * its bound is narrow.
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { SERVERS, SERVICES } from '../lab/plan.ts'
import { sleep, until } from '../lab/shell.ts'
import { toast, visit } from '../web/pages.ts'
import { enter } from './door.ts'
import { expect, type House, ROOT_ONLY, test } from './lab.ts'

const CROWD = 100_000
const LOOK_MS = 10_000
/** Streams that an open page of connections has. */
const STREAMS = ['/api/live/status', '/api/live/connections?sort=rate&direction=desc&offset=0&limit=100']

test.skip(...ROOT_ONLY)
test.use({ story: 'crowd' })

test('100,000 connections: page and box both fluent', async ({ page, house }) => {
  await enter(page)
  await test.step('one machine may have them all, and at once', async () => {
    await visit(page, { path: '/timeouts', name: 'Timeouts' })
    await page.getByLabel('Connections per machine', { exact: true }).fill('0')
    await page.getByLabel('New connections per second', { exact: true }).fill('0')
    const bar = page.getByRole('region', { name: 'Changes to apply: Ports' })
    await bar.getByRole('button', { name: 'Apply' }).click()
    await expect(toast(page, /Saved and applied: revision \d+/)).toBeVisible()
  })
  await page.goto('about:blank')
  await test.step('the table fills', async () => {
    const began = performance.now()
    await fill(house)
    const { connections } = await house.dataplane.status()
    console.log(`${connections.total} connections after ${((performance.now() - began) / 1000).toFixed(1)} s`)
    expect(connections.total).toBeGreaterThanOrEqual(CROWD)
  })

  const alone = await rate(house)
  const watched = await test.step('the box carries while its streams are read', async () => {
    const readers = await readStreams(page, house)
    const found = await rate(house)
    await Promise.all(readers.map(end))
    return found
  })

  await visit(page, { path: '/connections', name: 'Connections' })
  const table = page.getByRole('table', { name: 'Connections' })
  await expect.poll(async () => Number(await table.getAttribute('aria-rowcount'))).toBeGreaterThan(CROWD)

  const [connections] = await Promise.all([look(page), scroll(page)])
  tell('connections', connections)
  expect(connections.updates).toBeGreaterThanOrEqual(6)
  expect(connections.p95).toBeLessThan(100)
  expect(connections.longestTask).toBeLessThan(400)

  await test.step('far rows come soon after scrolling', async () => {
    await table.evaluate((element) => {
      const scroller = element.parentElement!
      scroller.scrollTop = scroller.scrollHeight / 2
    })
    const began = performance.now()
    await expect.poll(() => firstFilledRow(page), { intervals: [50] }).toBeGreaterThan(CROWD * 0.4)
    const seconds = (performance.now() - began) / 1000
    console.log(`the rows of the middle came after ${seconds.toFixed(1)} s`)
    expect(seconds).toBeLessThan(4)
  })

  await test.step('the counters, with the file of 100,000 lines', async () => {
    await visit(page, { path: '/counters', name: 'Counters' })
    await expect(page.getByRole('region', { name: '/proc/net/ip_masquerade' })).toContainText('UDP C0A84D0B:')
    const counters = await look(page)
    tell('counters', counters)
    expect(counters.updates).toBeGreaterThanOrEqual(5)
    expect(counters.p95).toBeLessThan(100)
    expect(counters.longestTask).toBeLessThan(400)
  })

  await page.goto('/connections')
  const beside = await rate(house)
  await page.goto('about:blank')
  // the machine may have been busy with something else once
  const unwatched = Math.min(alone, await rate(house))
  console.log(
    `box: ${unwatched.toFixed(0)} Mbit/s alone, ${watched.toFixed(0)} with its streams read, ${beside.toFixed(0)} with the browser beside it on the same cores`,
  )
  expect(watched / unwatched).toBeGreaterThan(0.6)
  expect(beside / unwatched).toBeGreaterThan(0.2)
})

/** @returns the number of the first row in the document that has its figures; 0 where none has */
const firstFilledRow = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const row = document.querySelector('[data-index]:has([role="cell"])')
    return Number(row?.getAttribute('data-index') ?? 0)
  })

async function fill({ lab, dataplane }: House): Promise<void> {
  const program = path.join(import.meta.dirname, 'open-connections.ts')
  const argv = [process.execPath, program, String(CROWD + 500), ...Object.values(SERVERS)]
  const opener = lab.spawn('lan1', argv, { stdio: 'inherit' })
  await once(opener, 'exit')
  await until('the table is full', 10, async () => (await dataplane.status()).connections.total >= CROWD)
}

/** @returns Mbit/s from a server to lan2 over three seconds */
async function rate({ lab }: House): Promise<number> {
  const server = SERVERS['www.example.org']
  const argv = ['iperf3', '-c', server, '-p', String(SERVICES.iperf3), '-t', '3', '-O', '1', '-R', '-J']
  const child = lab.spawn('lan2', argv, { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout!.on('data', (text) => {
    said += text
  })
  await once(child, 'close')
  const report = JSON.parse(said) as { error?: string; end: { sum_received: { bits_per_second: number } } }
  if (report.error) throw new Error(`iperf3: ${report.error}`)
  return report.end.sum_received.bits_per_second / 1e6
}

async function readStreams(page: Page, { lab }: House): Promise<ChildProcess[]> {
  const cookies = await page.context().cookies()
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const readers = STREAMS.map((address) =>
    lab.spawn(
      'lan1',
      ['curl', '-sN', '-o', '/dev/null', '-b', cookie, `${lab.record.admin.inside}${address}`],
      {
        stdio: 'ignore',
      },
    ),
  )
  await sleep(500)
  return readers
}

async function end(child: ChildProcess): Promise<void> {
  expect(child.exitCode, 'the stream was read to the end of the measurement').toBeNull()
  child.kill()
  await once(child, 'exit')
}

interface Fluency {
  frames: number
  p95: number
  longestFrame: number
  longTasks: number
  longestTask: number
  updates: number
}

function tell(name: string, { frames, p95, longestFrame, longTasks, longestTask, updates }: Fluency): void {
  console.log(
    `${name}: ${frames} frames in ${LOOK_MS / 1000} s, 95 % under ${p95.toFixed(0)} ms, longest ${longestFrame.toFixed(0)} ms; ` +
      `${longTasks} long tasks, longest ${longestTask.toFixed(0)} ms; ${updates} updates`,
  )
}

/** As a hand scrolls: down for a while, and up again. */
async function scroll(page: Page): Promise<void> {
  await page.getByRole('table', { name: 'Connections' }).hover({ position: { x: 300, y: 200 } })
  for (let i = 0; i < 20; i++) {
    await page.mouse.wheel(0, i < 12 ? 240 : -360)
    await sleep(250)
  }
}

/** Counts frames, long tasks and updates of the page's figures. */
function look(page: Page): Promise<Fluency> {
  return page.evaluate(async (ms): Promise<Fluency> => {
    const frames: number[] = []
    const tasks: number[] = []
    let updates = 0
    const observer = new PerformanceObserver((list) =>
      tasks.push(...list.getEntries().map((entry) => entry.duration)),
    )
    observer.observe({ type: 'longtask' })
    // figures change in one go, once per message of the box
    let at = 0
    const watcher = new MutationObserver(() => {
      const now = performance.now()
      if (now - at > 500) updates++
      at = now
    })
    watcher.observe(document.querySelector('main')!, { subtree: true, characterData: true })
    const began = performance.now()
    let last = began
    while (last - began < ms) {
      const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve))
      frames.push(now - last)
      last = now
    }
    observer.disconnect()
    watcher.disconnect()
    frames.sort((a, b) => a - b)
    return {
      frames: frames.length,
      p95: frames[Math.floor(frames.length * 0.95)]!,
      longestFrame: frames.at(-1)!,
      longTasks: tasks.length,
      longestTask: Math.max(0, ...tasks),
      updates,
    }
  }, LOOK_MS)
}

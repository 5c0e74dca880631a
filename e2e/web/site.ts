/**
 * `test` for pages: every worker has the real web app over the stand-in for the dataplane, with a database of its own, and
 * the browser is logged in. `site.fake` turns the household and the dataplane's answers.
 *
 * Every page of every test is watched (guard.ts): a request to anybody but the box, or an error on the console, fails it.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Snapshot } from '@bauta/config'
import { test as base } from '@playwright/test'
import { type FakeDataplane, startFakeDataplane } from '../fixtures/fake-dataplane.ts'
import { ROOT } from '../lab/record.ts'
import { Administrator } from './administrator.ts'
import { Guard } from './guard.ts'

export interface Site {
  url: string
  fake: FakeDataplane
  /** Where the stand-in listens; another one may take its place. */
  socket: string
  stop(): Promise<void>
}

const START_MS = 30_000
export const NOBODY = { cookies: [], origins: [] }

export const test = base.extend<
  { baseURL: string; guard: Guard },
  { site: Site; administrator: Administrator }
>({
  site: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern
    async ({}, use) => {
      const site = await startSite()
      await use(site)
      await site.stop()
    },
    { scope: 'worker' },
  ],
  administrator: [async ({ site }, use) => use(await Administrator.claim(site.url)), { scope: 'worker' }],
  baseURL: ({ site }, use) => use(site.url),
  storageState: ({ administrator }, use) => use(administrator.storageState),
  guard: [
    async ({ context, baseURL }, use) => {
      const guard = new Guard(baseURL)
      guard.watch(context)
      await use(guard)
      guard.judge()
    },
    { auto: true },
  ],
})
export { expect } from '@playwright/test'

/**
 * The web app over a stand-in, both of their own; for tests that claim the box or wear out the patience of its login.
 * @param snapshot what the box starts with, where it is not a guest of the operating system
 */
export async function startSite(snapshot?: Snapshot): Promise<Site> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bauta-site-'))
  const socket = path.join(folder, 'dataplane.sock')
  const fake = await startFakeDataplane({ socket, ...(snapshot ? { snapshot } : {}) })
  const server = spawn(process.execPath, [path.join(ROOT, 'apps/web/src/server.ts')], {
    env: {
      ...process.env,
      BAUTA_DATABASE: path.join(folder, 'bauta.db'),
      BAUTA_DATAPLANE: socket,
      HOST: '127.0.0.1',
      PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const stop = async () => {
    server.kill()
    if (server.exitCode === null) await once(server, 'exit')
    await site.fake.close()
    rmSync(folder, { recursive: true, force: true })
  }
  const site: Site = { url: '', fake, socket, stop }
  try {
    site.url = await addressOf(server)
    return site
  } catch (error) {
    await stop()
    throw error
  }
}

/** @returns the address that the server says it is ready on */
async function addressOf(server: ChildProcess): Promise<string> {
  let said = ''
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the web app did not start: ${said}`)), START_MS)
    server.on('exit', () => reject(new Error(`the web app ended: ${said}`)))
    server.stdout!.on('data', (text) => {
      said += text
      const found = /ready on (http:\/\/\S+)/.exec(said)
      if (!found) return
      clearTimeout(timer)
      resolve(found[1]!)
    })
  })
}

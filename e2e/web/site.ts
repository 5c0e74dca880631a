/**
 * `test` for pages: every worker has the real web app over the stand-in for the dataplane, with a database of its own.
 * `site.fake` turns the household and the dataplane's answers; `site.url` is where the browser goes.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test as base } from '@playwright/test'
import { type FakeDataplane, startFakeDataplane } from '../fixtures/fake-dataplane.ts'
import { ROOT } from '../lab/record.ts'

export interface Site {
  url: string
  fake: FakeDataplane
}

const START_MS = 30_000

export const test = base.extend<{ baseURL: string }, { site: Site }>({
  site: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern
    async ({}, use) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'bauta-site-'))
      const socket = path.join(folder, 'dataplane.sock')
      const fake = await startFakeDataplane({ socket })
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
      try {
        await use({ url: await addressOf(server), fake })
      } finally {
        server.kill()
        if (server.exitCode === null) await once(server, 'exit')
        await fake.close()
        rmSync(folder, { recursive: true, force: true })
      }
    },
    { scope: 'worker' },
  ],
  baseURL: ({ site }, use) => use(site.url),
})
export { expect } from '@playwright/test'

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

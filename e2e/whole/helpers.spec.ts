/** Active FTP from form to wire: switched off on the page it fails, switched on it works, and on another port where that is named. */
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { RESOLVER } from '../lab/plan.ts'
import { proftpd, publish } from '../net/harness/servers.ts'
import { apply, visit } from '../web/pages.ts'
import { enter } from './door.ts'
import { expect, type House, ROOT_ONLY, test } from './lab.ts'

const HELPERS = { path: '/helpers', name: 'Helpers' }
/** A server of the Internet that has nothing on these ports yet. */
const SERVER = RESOLVER
const EXTRA_PORT = 2121

test.skip(...ROOT_ONLY)
test.use({ story: 'helpers' })

const ftp = (page: Page) => page.getByRole('listitem', { name: 'FTP', exact: true })

test('FTP is switched off, on, and given a port, and the next transfer obeys', async ({ page, house }) => {
  const { folder, content } = publish(house.lab, 'ftp', 300_000)
  for (const port of [21, EXTRA_PORT])
    await proftpd(house.lab, { host: 'isp', address: SERVER, port }, folder)
  await enter(page)
  expect(await fetched(house, 21), 'as the box comes').toEqual(content)

  await visit(page, HELPERS)
  await ftp(page).getByRole('switch').uncheck()
  await apply(page)
  expect(await fetched(house, 21), 'switched off').toBeNull()

  await ftp(page).getByRole('switch').check()
  await apply(page)
  expect(await fetched(house, 21), 'switched on').toEqual(content)
  await expect(ftp(page), 'the connection is told live').toContainText(/in use by \d+ connection/)

  expect(await fetched(house, EXTRA_PORT), 'a port that nobody named').toBeNull()
  await page.getByLabel('TCP ports of FTP').fill(`21, ${EXTRA_PORT}`)
  await apply(page)
  expect(await fetched(house, EXTRA_PORT), 'named').toEqual(content)
})

/** lan2 fetches the file with PORT. @returns null where it does not come */
function fetched({ lab }: House, port: number): Promise<Buffer | null> {
  const out = path.join(lab.record.directory, 'fetched')
  rmSync(out, { force: true })
  const url = `ftp://${SERVER}:${port}/file.bin`
  const active = ['--ftp-port', '-', '--disable-eprt', '--max-time', '8']
  const curl = lab.spawn('lan2', ['curl', '-s', ...active, '-o', out, url])
  return new Promise((resolve) => curl.on('exit', (code) => resolve(code === 0 ? readFileSync(out) : null)))
}

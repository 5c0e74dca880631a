/** The web app dies with the page open: not one packet is lost, and the page goes on by itself. */
import { SERVERS } from '../lab/plan.ts'
import { sleep } from '../lab/shell.ts'
import { refused, UNANSWERED } from '../web/guard.ts'
import { visit } from '../web/pages.ts'
import { enter } from './door.ts'
import { expect, pidOf, ROOT_ONLY, test } from './lab.ts'

const PINGS = 1500

test.skip(...ROOT_ONLY)
test.use({ story: 'web-killed' })

test('web app killed: not one packet lost, and the page recovers', async ({ page, house, guard }) => {
  guard.expect(UNANSWERED, refused(503))
  await enter(page)
  await visit(page, { path: '/', name: 'Home' })
  const ping = house.lab.spawn(
    'lan2',
    ['ping', '-i', '0.004', '-c', String(PINGS), '-q', SERVERS['www.example.org']],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  let said = ''
  ping.stdout!.on('data', (text) => {
    said += text
  })
  const ended = new Promise((resolve) => ping.on('close', resolve))
  await sleep(1000)
  const killed = pidOf(house.lab, 'web')
  process.kill(killed, 'SIGKILL')
  await ended
  expect(said).toContain(`${PINGS} packets transmitted, ${PINGS} received, 0% packet loss`)

  await expect.poll(() => pidOf(house.lab, 'web')).not.toBe(killed)
  const connections = page.getByRole('region', { name: 'The way of a packet' })
  await expect(page.getByRole('banner').getByRole('status')).toHaveText('Online', { timeout: 20_000 })
  await expect(page.getByText('The box does not answer')).toBeHidden({ timeout: 20_000 })
  const before = await connections.innerText()
  await expect(connections, 'figures move again').not.toHaveText(before, { timeout: 15_000 })
})

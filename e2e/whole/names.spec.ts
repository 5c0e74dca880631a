/** DNS from form to wire: names of the household, and private addresses in foreign answers. */
import { LAN, SERVERS } from '../lab/plan.ts'
import { apply, visit } from '../web/pages.ts'
import { enter } from './door.ts'
import { expect, type House, ROOT_ONLY, test } from './lab.ts'

const DNS = { path: '/dns', name: 'DNS' }
/** Another name server of the small Internet, which answers with an address inside somebody's house. */
const DECEIVER = SERVERS['video.example.net']

test.skip(...ROOT_ONLY)
test.use({ story: 'names' })

test('a name added in the page is found by lan1', async ({ page, house }) => {
  await enter(page)
  expect(await lookUp(house, 'printer.home.arpa')).toBeNull()
  await visit(page, DNS)
  await page.getByRole('button', { name: 'Add name', exact: true }).click()
  await page.getByLabel(/^Name of/).fill('printer')
  await page.getByLabel(/^Address of/).fill(LAN.lan2)
  await apply(page)
  await expect.poll(() => lookUp(house, 'printer.home.arpa')).toEqual([LAN.lan2])
  await expect.poll(() => lookUp(house, 'printer')).toEqual([LAN.lan2])
  expect(await lookUp(house, 'www.example.org')).toEqual([SERVERS['www.example.org']])
})

test('a private address in a foreign answer is stripped, and allowed when the page says so', async ({
  page,
  house,
}) => {
  house.lab.start('deceiver', 'isp', [
    'dnsmasq',
    '--keep-in-foreground',
    '--conf-file=/dev/null',
    '--no-resolv',
    '--no-hosts',
    '--bind-interfaces',
    `--listen-address=${DECEIVER}`,
    '--pid-file=',
    '--user=root',
    `--host-record=trap.example.com,${LAN.lan2}`,
    `--host-record=fair.example.com,${SERVERS['www.example.org']}`,
  ])
  await enter(page)
  await visit(page, DNS)
  await page.getByRole('button', { name: 'Add domain', exact: true }).first().click()
  await page.getByLabel(/^Domain of domain/).fill('example.com')
  await page.getByLabel(/^Servers of domain/).fill(DECEIVER)
  await apply(page)
  await expect.poll(() => lookUp(house, 'fair.example.com')).toEqual([SERVERS['www.example.org']])
  expect(await lookUp(house, 'trap.example.com')).toBeNull()
  await expect(page.getByText('trap.example.com')).toBeVisible()

  await page.getByRole('button', { name: 'Allow this domain' }).click()
  await apply(page)
  await expect.poll(() => lookUp(house, 'trap.example.com')).toEqual([LAN.lan2])
})

/** @returns what lan1 is answered by the box, or null */
const lookUp = ({ on }: House, name: string): Promise<string[] | null> =>
  on.lan1.lookUp({ server: LAN.router, name, type: 'A' }).catch(() => null)

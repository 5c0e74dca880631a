/**
 * Makes the README's pictures: `npm run screenshots -w e2e`, as root. The real product in a lab, with a household that
 * really uses the network; the browser stands on lan1. Takes six minutes: five of them are the past that the graph shows.
 */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { anyRule } from '@bauta/config'
import { type Browser, chromium } from '@playwright/test'
import { startHousehold } from '../demo/household.ts'
import { Lab } from '../lab/lab.ts'
import { LAN, SERVERS } from '../lab/plan.ts'
import { ROOT } from '../lab/record.ts'
import { sleep } from '../lab/shell.ts'
import { browserInside } from '../whole/browser-inside.ts'
import { Administrator } from './administrator.ts'
import { visit } from './pages.ts'

const PICTURES = path.join(ROOT, 'docs/pictures')
const WIDE = { width: 1280, height: 800 }
const PHONE = { width: 390, height: 844 }
const SHOTS = [
  { path: '/', name: 'Home' },
  { path: '/connections', name: 'Connections' },
  { path: '/rules', name: 'Rules' },
]

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '290' } } })
if (process.getuid?.() !== 0) throw new Error('the pictures are taken in a lab, which needs root')

const lab = await Lab.up({
  name: `pictures-${process.pid}`,
  owned: true,
  progress: (step) => console.error(`· ${step}`),
})
try {
  const administrator = await Administrator.claim(lab.record.admin.outside!)
  await furnish(administrator)
  startHousehold(lab)
  console.error(`· the household lives for ${values.seconds} s`)
  await sleep(Number(values.seconds) * 1000)
  const browser = await chromium.launch({
    executablePath: browserInside(lab, 'lan1', process.env.CHROMIUM),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  })
  await takeAll(browser)
  await browser.close()
} finally {
  await lab.down()
}

async function furnish(administrator: Administrator): Promise<void> {
  await administrator.change('dns', (dns) => {
    dns.hosts = [
      { name: 'bauta', address: LAN.router },
      { name: 'office-laptop', address: LAN.lan1 },
      { name: 'television', address: LAN.lan2 },
    ]
  })
  await administrator.change('rules', ({ chains }) => {
    chains[1]!.rules.unshift(
      {
        ...anyRule(0),
        comment: 'the television does not phone home',
        source: { network: LAN.lan2, invert: false },
        destination: { network: SERVERS['www.example.org'], invert: false },
        target: { verdict: 'DENY' },
      },
      {
        ...anyRule(0),
        comment: 'mail only through the provider',
        enabled: false,
        protocol: { number: 6, invert: false },
        destinationPorts: { from: 25, to: 25, invert: false },
        target: { verdict: 'REJECT' },
      },
    )
  })
}

async function takeAll(browser: Browser): Promise<void> {
  mkdirSync(PICTURES, { recursive: true })
  const { storageState } = await Administrator.logIn(lab.record.admin.outside!)
  // the same session, told to the browser for the address that it knows the box by
  const cookies = storageState.cookies.map((cookie) => ({ ...cookie, domain: LAN.router }))
  const take = async (
    shot: { path: string; name: string },
    file: string,
    colorScheme: 'light' | 'dark',
    viewport: typeof WIDE,
  ) => {
    const context = await browser.newContext({
      baseURL: lab.record.admin.inside,
      storageState: { cookies, origins: [] },
      colorScheme,
      viewport,
      deviceScaleFactor: 1.5,
    })
    const page = await context.newPage()
    await visit(page, shot)
    // the second message brings what the first cannot have: differences
    await sleep(2500)
    await page.screenshot({ path: path.join(PICTURES, file), animations: 'disabled' })
    await context.close()
    console.error(`· ${file}`)
  }
  for (const scheme of ['light', 'dark'] as const)
    for (const shot of SHOTS) await take(shot, `${shot.name.toLowerCase()}-${scheme}.png`, scheme, WIDE)
  await take(SHOTS[0]!, 'phone.png', 'light', PHONE)
}

/**
 * Browser tests. `web-desktop` and `web-phone`: pages over the stand-in for the dataplane (e2e/web); on the phone every page
 * once more, and what is different there. `whole`: the browser stands inside lan1 of a lab and the packets are real
 * (e2e/whole; needs root). One at a time: two cores, and labs measure time.
 */
import { defineConfig, devices } from '@playwright/test'

const launchOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}

export default defineConfig({
  testDir: import.meta.dirname,
  outputDir: 'test-results',
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: { launchOptions, screenshot: 'only-on-failure', trace: 'retain-on-failure' },
  projects: [
    {
      name: 'web-desktop',
      testMatch: 'web/**/*.spec.ts',
      testIgnore: 'web/phone.spec.ts',
      use: { ...devices['Desktop Chrome'] },
    },
    { name: 'web-phone', testMatch: 'web/{pages,phone}.spec.ts', use: { ...devices['Pixel 7'] } },
    {
      name: 'whole',
      testMatch: 'whole/**/*.spec.ts',
      timeout: 180_000,
      use: { ...devices['Desktop Chrome'] },
    },
  ],
})

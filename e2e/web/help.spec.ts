/** “Good to know” where it is needed, and warnings about what is allowed and probably not meant. */
import { visit } from './pages.ts'
import { expect, test } from './site.ts'

test.beforeEach(({ administrator }) => administrator.reset())

test('pages say what somebody should know there, folded away until wanted', async ({ page }) => {
  for (const [path, name, title, words] of [
    ['/network', 'Network', 'Many machines, one address', /RFC 1918/],
    ['/rules', 'Rules', 'ipchains and iptables: what differs', /meets FORWARD and nothing else/],
    ['/timeouts', 'Timeouts', 'How fast, and on what', /weak processor/],
    ['/internet', 'Internet', 'What Bauta does not do', /Policy routing/],
    ['/system', 'System', /^Old kernels/, /2\.2\.16/],
  ] as const) {
    await visit(page, { path, name })
    await expect(page.getByText(words)).toBeHidden()
    await page.getByText(title).click()
    await expect(page.getByText(words)).toBeVisible()
  }
})

test('a rule that masquerades everybody is warned of', async ({ page, administrator }) => {
  const { snapshot } = await administrator.settings()
  await visit(page, { path: '/rules', name: 'Rules' })
  await expect(page.getByText('Masquerades everybody')).toBeHidden()
  const forward = snapshot.rules.chains.find(({ name }) => name === 'forward')!
  const [masq] = forward.rules.filter(
    ({ target }) => target && 'verdict' in target && target.verdict === 'MASQ',
  )
  masq!.inInterface = null
  masq!.outInterface = null
  await administrator.save('rules', snapshot.rules)
  await page.reload()
  await expect(page.getByText(/says MASQ without any interface or address/)).toBeVisible()
})

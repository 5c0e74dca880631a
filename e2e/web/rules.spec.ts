/** Rules: edits gather in a draft, nothing is applied before somebody says so, and two administrators do not overwrite each other. */
import type { Page } from '@playwright/test'
import type { Administrator } from './administrator.ts'
import { refused } from './guard.ts'
import { apply, draftBar, toast, visit } from './pages.ts'
import { expect, test } from './site.ts'

const RULES = { path: '/rules', name: 'Rules' }
const chain = (page: Page, name: string) => page.getByRole('table', { name: `Rules of ${name}` })
const rowOf = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text })
const drawer = (page: Page) => page.getByRole('dialog')
const field = (page: Page, label: string) => drawer(page).getByLabel(label, { exact: true })

/** @returns the comments of a chain's rules, in their order, as the box has them */
async function stored(administrator: Administrator, name: string): Promise<string[]> {
  const { snapshot } = await administrator.settings()
  return snapshot.rules.chains.find((one) => one.name === name)!.rules.map((rule) => rule.comment)
}

const THIRD = 'the household goes out under one address'

test.beforeEach(({ administrator }) => administrator.reset())

test('a rule is added, looked at, and applied only then', async ({ page, administrator, site }) => {
  await visit(page, RULES)
  await expect(draftBar(page)).toContainText('Nothing to apply')
  const before = site.fake.applied.length
  await addRule(page, 'forward', { To: '93.184.216.34', From: '192.168.77.12', Comment: 'no www for lan2' })

  const row = rowOf(page, 'no www for lan2')
  await expect(row).toContainText('new')
  await expect(row).toContainText('-s 192.168.77.12')
  await expect(row).toContainText('DENY')
  await expect(draftBar(page)).toContainText('1 change to apply')
  await expect(draftBar(page)).toContainText('Cuts 2 live connections')
  expect(site.fake.applied.length).toBe(before)

  await draftBar(page).getByRole('button', { name: 'Show' }).click()
  await expect(draftBar(page).getByRole('listitem')).toHaveText([/^New rule in forward: /])
  await expect(draftBar(page)).toContainText('The box would: take the new rules')

  await apply(page)
  expect(await stored(administrator, 'forward')).toEqual([THIRD, 'no www for lan2'])
  expect(site.fake.current.snapshot.rules.chains[1]!.rules[1]!.id).toBeGreaterThan(3)
  await expect(row).not.toContainText('new')
  await expect(row).toContainText(/#\d+ forward/)
})

test('the draft outlives a reload and a walk to another page', async ({ page, administrator }) => {
  await visit(page, RULES)
  await addRule(page, 'input', { Comment: 'kept in mind' })
  await page.reload()
  await expect(rowOf(page, 'kept in mind')).toBeVisible()
  await page.getByRole('link', { name: 'DNS', exact: true }).click()
  await expect(page).toHaveURL('/dns')
  await page.getByRole('link', { name: 'Rules', exact: true }).click()
  await expect(rowOf(page, 'kept in mind')).toBeVisible()
  await draftBar(page).getByRole('button', { name: 'Discard' }).click()
  await expect(rowOf(page, 'kept in mind')).toBeHidden()
  await expect(draftBar(page)).toContainText('Nothing to apply')
  expect(await stored(administrator, 'input')).not.toContain('kept in mind')
})

test('rules are edited, moved, switched off, duplicated and deleted', async ({ page, administrator }) => {
  await administrator.change('rules', ({ chains }) => {
    const like = chains[1]!.rules[0]!
    chains[1]!.rules = ['first', 'second', 'third'].map((comment) => ({ ...like, id: 0, comment }))
  })
  await visit(page, RULES)
  const rows = chain(page, 'forward').getByRole('row')
  const order = (...comments: string[]) => expect(rows).toContainText([...comments, 'gets the policy'])
  const action = async (comment: string, item: string) => {
    await rowOf(page, comment)
      .getByRole('button', { name: /^More for/ })
      .click()
    await page.getByRole('menuitem', { name: item }).click()
  }

  await rowOf(page, 'second').getByRole('button', { name: /^Edit/ }).click()
  await field(page, 'Comment').fill('the second, edited')
  await field(page, 'To').fill('10.0.0.0/8')
  await drawer(page).getByRole('button', { name: 'Keep in the draft' }).click()
  await expect(rowOf(page, 'the second, edited')).toContainText('changed')
  await expect(rowOf(page, 'the second, edited')).toContainText('-d 10.0.0.0/8')

  await rowOf(page, 'third').getByRole('button', { name: /up$/ }).click()
  await order('first', 'third', 'the second, edited')
  await rowOf(page, 'first').getByRole('switch').uncheck()
  await action('third', 'Duplicate')
  await order('first', 'third', 'third', 'the second, edited')
  await action('the second, edited', 'Move to the top')
  await order('the second, edited', 'first', 'third', 'third')
  await action('first', 'Delete')
  await order('the second, edited', 'third', 'third')
  await page.getByRole('button', { name: 'Undo' }).click()
  await order('the second, edited', 'first', 'third', 'third')
  await page.getByLabel('Policy of forward').selectOption('REJECT')
  await apply(page)

  expect(await stored(administrator, 'forward')).toEqual(['the second, edited', 'first', 'third', 'third'])
  const { chains } = (await administrator.settings()).snapshot.rules
  expect(chains[1]!.rules.map((rule) => rule.enabled)).toEqual([true, false, true, true])
  expect(chains[1]!.rules[0]!.destination).toEqual({ network: '10.0.0.0/8', invert: false })
  expect(chains[1]!.policy).toBe('REJECT')
})

test('chains of one’s own are made, jumped to, renamed and removed', async ({ page, administrator }) => {
  await visit(page, RULES)
  await page.getByRole('button', { name: 'New chain' }).click()
  await drawer(page).getByLabel('Name').fill('much too long a name')
  await drawer(page).getByRole('button', { name: 'Add to the draft' }).click()
  await expect(drawer(page).getByLabel('Name')).toHaveAttribute('aria-invalid', 'true')
  await drawer(page).getByLabel('Name').fill('guests')
  await drawer(page).getByRole('button', { name: 'Add to the draft' }).click()
  await addRule(page, 'guests', { Comment: 'no further' })
  await addRule(page, 'forward', { Comment: 'guests go there', Target: 'go to chain guests' })
  await expect(rowOf(page, 'guests go there')).toContainText('→ guests')
  await apply(page)
  const { chains } = (await administrator.settings()).snapshot.rules
  expect(chains[3]).toMatchObject({ name: 'guests', policy: null, rules: [{ comment: 'no further' }] })
  expect(chains[1]!.rules[1]!.target).toEqual({ chain: 'guests' })
})

test('faults stand beside their fields, in words, and keep the rule out of the draft', async ({ page }) => {
  await visit(page, RULES)
  await openNewRule(page, 'forward')
  await field(page, 'From').fill('192.168.77.300')
  await drawer(page).getByRole('radio', { name: 'TCP' }).check()
  await field(page, 'To port').fill('70000')
  await drawer(page).getByRole('button', { name: 'Keep in the draft' }).click()
  await expect(field(page, 'From')).toHaveAttribute('aria-invalid', 'true')
  await expect(field(page, 'From')).toHaveAccessibleDescription(/192\.168\.77\.300/)
  await expect(field(page, 'To port')).toHaveAttribute('aria-invalid', 'true')
  await expect(field(page, 'To port')).toHaveAccessibleDescription(/65535/)
  await expect(drawer(page)).toBeVisible()

  await field(page, 'From').fill('192.168.77.30')
  await field(page, 'To port').fill('25')
  await drawer(page).getByRole('button', { name: 'Keep in the draft' }).click()
  await expect(drawer(page)).toBeHidden()
  await expect(draftBar(page)).toContainText('1 change to apply')
  await draftBar(page).getByRole('button', { name: 'Discard' }).click()
})

test('what the box refuses changes nothing, and its reason is shown', async ({
  page,
  site,
  administrator,
  guard,
}) => {
  guard.expect(refused(422))
  await visit(page, RULES)
  await addRule(page, 'forward', { Comment: 'refused by the box' })
  site.fake.behaviour.refusal = { message: 'the table of programs is full', faults: [] }
  try {
    await draftBar(page).getByRole('button', { name: 'Apply' }).click()
    await expect(
      page.getByRole('alert').filter({ hasText: 'the table of programs is full' }).first(),
    ).toBeVisible()
  } finally {
    site.fake.behaviour.refusal = null
  }
  expect(await stored(administrator, 'forward')).toEqual([THIRD])
  await expect(rowOf(page, 'refused by the box')).toBeVisible()
  await apply(page)
  expect(await stored(administrator, 'forward')).toEqual([THIRD, 'refused by the box'])
})

test('two administrators: the second is told, nothing is overwritten, and both changes can stand', async ({
  page,
  browser,
  administrator,
  guard,
  baseURL,
}) => {
  guard.expect(refused(409))
  const theirs = await browser.newContext({ baseURL, storageState: administrator.storageState })
  guard.watch(theirs)
  const other = await theirs.newPage()
  await visit(page, RULES)
  await visit(other, RULES)

  await addRule(page, 'forward', { Comment: 'mine', To: '93.184.216.35' })
  await addRule(other, 'forward', { Comment: 'theirs', To: '93.184.216.36' })
  await apply(other)
  await draftBar(page).getByRole('button', { name: 'Apply' }).click()

  const conflict = page.getByRole('dialog', { name: 'Somebody else saved first' })
  await expect(conflict).toContainText('made revision')
  await expect(conflict.getByRole('listitem').filter({ hasText: '93.184.216.36' })).toBeVisible()
  await expect(conflict.getByRole('listitem').filter({ hasText: '93.184.216.35' })).toBeVisible()
  expect(await stored(administrator, 'forward')).toEqual([THIRD, 'theirs'])

  await conflict.getByRole('button', { name: 'Put mine on top' }).click()
  await expect(rowOf(page, 'theirs')).toBeVisible()
  await expect(rowOf(page, 'mine')).toContainText('new')
  expect(await stored(administrator, 'forward')).toEqual([THIRD, 'theirs'])
  await apply(page)
  expect((await stored(administrator, 'forward')).toSorted()).toEqual([THIRD, 'theirs', 'mine'].toSorted())
  await theirs.close()
})

test('two administrators: the second may take what the first did', async ({ page, administrator, guard }) => {
  guard.expect(refused(409))
  await visit(page, RULES)
  await addRule(page, 'forward', { Comment: 'mine' })
  await administrator.change('rules', ({ chains }) => {
    chains[1]!.rules[0]!.comment = 'changed meanwhile'
  })
  await draftBar(page).getByRole('button', { name: 'Apply' }).click()
  await page.getByRole('button', { name: 'Take theirs, drop mine' }).click()
  await expect(rowOf(page, 'changed meanwhile')).toBeVisible()
  await expect(rowOf(page, 'mine')).toBeHidden()
  await expect(draftBar(page)).toContainText('Nothing to apply')
})

test('a rule is added by keyboard alone', async ({ page, administrator }) => {
  await visit(page, RULES)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  const add = page.getByRole('button', { name: 'Add rule' }).nth(1)
  await tabTo(page, add)
  await page.keyboard.press('Enter')
  await expect(drawer(page)).toContainText('New rule in forward')
  await tabTo(page, field(page, 'Comment'))
  await page.keyboard.type('typed, never pointed')
  await tabTo(page, field(page, 'From'))
  await page.keyboard.type('192.168.77.12')
  await page.keyboard.press('Enter')
  await expect(drawer(page)).toBeHidden()
  await expect(add, 'the focus is back where it was').toBeFocused()
  await tabTo(page, draftBar(page).getByRole('button', { name: 'Apply' }), 'Shift+Tab')
  await page.keyboard.press('Enter')
  await expect(toast(page, /Saved and applied: revision \d+/)).toBeVisible()
  expect(await stored(administrator, 'forward')).toEqual([THIRD, 'typed, never pointed'])

  // and moved, the focus going with it
  await tabTo(page, page.getByRole('button', { name: /^Move rule \d+ up$/ }).last())
  await page.keyboard.press('Alt+ArrowUp')
  await expect(chain(page, 'forward').getByRole('row').nth(1)).toContainText('typed, never pointed')
  await page.keyboard.press('Alt+ArrowDown')
  await expect(chain(page, 'forward').getByRole('row').nth(2)).toContainText('typed, never pointed')
})

test('nobody is locked out by accident', async ({ page, administrator }) => {
  await visit(page, RULES)
  await chain(page, 'input').getByRole('switch').first().uncheck()
  await expect(draftBar(page)).toContainText(/Would cut .* off/)
  await draftBar(page).getByRole('button', { name: 'Apply' }).click()
  const question = page.getByRole('dialog', { name: 'This would cut you off from the box' })
  await expect(question.getByRole('button', { name: 'Apply all the same' })).toBeDisabled()
  await question.getByRole('button', { name: 'Go on editing' }).click()
  await draftBar(page).getByRole('button', { name: 'Discard' }).click()
  expect((await administrator.settings()).snapshot.rules.chains[0]!.rules[0]!.enabled).toBe(true)
})

test('counters of rules move while one looks', async ({ page }) => {
  await visit(page, RULES)
  const packets = rowOf(page, THIRD).getByRole('cell').nth(4)
  const before = await packets.innerText()
  await expect(packets).not.toHaveText(before)
})

test('a made-up packet is judged by the draft, and by what is in force', async ({ page }) => {
  await visit(page, RULES)
  const test = page.locator('#test')
  await test.getByLabel('To', { exact: true }).fill('93.184.216.34')
  await test.getByLabel('From', { exact: true }).fill('192.168.77.12')
  await expect(test.getByRole('status')).toContainText('MASQ')
  await openNewRule(page, 'forward', 0)
  await field(page, 'To').fill('93.184.216.34')
  await drawer(page).getByRole('button', { name: 'Keep in the draft' }).click()
  await expect(test.getByRole('status')).toContainText('DENY')
  await expect(test).toContainText('Now in force it is different')
  await draftBar(page).getByRole('button', { name: 'Discard' }).click()
  await expect(test.getByRole('status')).toContainText('MASQ')
})

/** Opens the form of a new rule at the end of a chain, or above the rule at a place. */
async function openNewRule(page: Page, name: string, above?: number): Promise<void> {
  if (above === undefined) {
    const card = page
      .getByRole('region')
      .or(page.locator('section'))
      .filter({ has: chain(page, name) })
    await card.last().getByRole('button', { name: 'Add rule' }).click()
  } else {
    await chain(page, name)
      .getByRole('button', { name: /^More for/ })
      .nth(above)
      .click()
    await page.getByRole('menuitem', { name: 'Add rule above' }).click()
  }
  await expect(drawer(page)).toContainText(`New rule in ${name}`)
}

/** Fills a new rule's fields by their labels and keeps it in the draft. */
async function addRule(page: Page, name: string, fields: Record<string, string>): Promise<void> {
  await openNewRule(page, name)
  for (const [label, text] of Object.entries(fields))
    if (label === 'Target') await field(page, label).selectOption(text)
    else await field(page, label).fill(text)
  await drawer(page).getByRole('button', { name: 'Keep in the draft' }).click()
  await expect(drawer(page)).toBeHidden()
}

/** Presses Tab until the element has the focus. */
async function tabTo(page: Page, target: ReturnType<Page['locator']>, key = 'Tab'): Promise<void> {
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press(key)
    if (await target.evaluate((element) => element === document.activeElement)) return
  }
  throw new Error(`80 presses of ${key} did not lead there`)
}

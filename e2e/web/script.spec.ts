/** Rules as a script: what each line of somebody's firewall becomes, before and after it is taken; and the rules of the box on paper. */
import { toast, visit } from './pages.ts'
import { expect, test } from './site.ts'

const SCRIPT = { path: '/rules/script', name: 'Rules as a script' }
const TEXT = `#!/bin/sh
# the household of 1999
ipchains -P forward -j deny
ipchains -A forward -i eth1 -s 192.168.1.0/24 -d ! 210.56.12.64/25 -j MASQ
ipchains -A input -i eth1 -s $BADGUY -j DENY
modprobe ip_masq_ftp ports=21,2121
for i in 1 2 3; do ipchains -A input -s 10.0.0.$i -j DENY; done`

test.beforeEach(({ administrator }) => administrator.reset())

test('a script is shown line by line, asks for what it leaves open, and becomes one revision', async ({
  page,
  administrator,
}) => {
  const { number } = (await administrator.settings()).revision
  await visit(page, SCRIPT)
  await page.getByRole('textbox', { name: /Shell lines/ }).fill(TEXT)
  await page.getByRole('button', { name: 'Show what it would do' }).click()
  const lines = page.getByRole('region', { name: 'What each line becomes' }).getByRole('listitem')
  await expect(lines.nth(0)).toContainText('it is read as: ipchains -P forward DENY')
  await expect(lines.nth(1)).toContainText('210.56.12.0/25, which may be wider than was meant')
  await expect(lines.nth(2)).toContainText('$BADGUY has no value here')
  await expect(lines.filter({ hasText: 'ip_masq_ftp' })).toContainText(
    'Helper for FTP: TCP port 21 → TCP ports 21 and 2121',
  )
  await expect(lines.filter({ hasText: 'ipchains -A input -s 10.0.0.$i' })).toContainText('not followed')
  expect((await administrator.settings()).revision.number).toBe(number)

  await page.getByRole('textbox', { name: '$BADGUY' }).fill('203.0.113.66')
  await page.getByRole('combobox', { name: 'eth1' }).selectOption('@wan')
  await page.getByRole('button', { name: 'Show again' }).click()
  await expect(lines.nth(2)).toContainText('taken')
  const effect = page.getByRole('region', { name: 'What would change' })
  await expect(effect).toContainText('203.0.113.66')
  await expect(effect).toContainText('Helper for FTP: TCP port 21 → TCP ports 21 and 2121')
  await effect.getByRole('button', { name: 'Take these rules' }).click()
  await expect(toast(page, `The script is in force: revision ${number + 1}`)).toBeVisible()
  const { rules, helpers } = (await administrator.settings()).snapshot
  expect(helpers.list[0]).toEqual({ name: 'ftp', enabled: true, ports: [21, 2121] })
  expect(rules.chains[1]!.rules.at(-1)).toMatchObject({
    outInterface: { name: '@wan' },
    destination: { network: '210.56.12.0/25', invert: true },
    target: { verdict: 'MASQ' },
  })
})

test('the rules in force are a script to copy, to keep and to print, with what the language cannot say', async ({
  page,
}) => {
  await visit(page, SCRIPT)
  await page.getByRole('radio', { name: 'Export' }).check()
  const script = page.getByRole('region', { name: 'Script' })
  await expect(script).toContainText('modprobe ip_masq_ftp')
  await expect(script).toContainText('ipchains -P forward DENY')
  await expect(page.getByText('ipchains has no words for')).toBeVisible()
  await page.getByRole('radio', { name: 'ipfwadm' }).check()
  await expect(script).toContainText('ipfwadm -F -p deny')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download' }).click()
  expect((await download).suggestedFilename()).toBe('rules.ipfwadm.sh')
})

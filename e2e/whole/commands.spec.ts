/** The shell of the box: what `bauta ipchains` changes is on the wire at once, in the history of the page, and undone from there. */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { LAN, SERVERS } from '../lab/plan.ts'
import { ROOT } from '../lab/record.ts'
import { visit } from '../web/pages.ts'
import { claim } from './door.ts'
import { expect, type House, ROOT_ONLY, test } from './lab.ts'

const WWW = SERVERS['www.example.org']
const CHANGES = { path: '/changes', name: 'Changes' }

test.skip(...ROOT_ONLY)
test.use({ story: 'commands' })

/** Runs the command line as root in a shell of the box does. */
function shell({ lab }: House, line: string) {
  const done = spawnSync(path.join(ROOT, 'bauta'), line.split(' '), {
    encoding: 'utf8',
    env: { ...process.env, BAUTA_LAB: lab.record.name },
  })
  return { code: done.status, out: done.stdout, err: done.stderr }
}

function reaches({ lab }: House, host: 'lan1' | 'lan2'): Promise<boolean> {
  const curl = lab.spawn(host, ['curl', '-s', '-m', '2', '-o', '/dev/null', `http://${WWW}/`])
  return new Promise((resolve) => curl.on('exit', (code) => resolve(code === 0)))
}

test('a rule from the command line denies at once, is counted, is in the history, and goes when it is undone', async ({
  page,
  house,
}) => {
  await claim(page)
  expect(await reaches(house, 'lan2')).toBe(true)
  expect(shell(house, `ipchains -I forward -s ${LAN.lan2} -d ${WWW} -p tcp -j DENY`)).toEqual({
    code: 0,
    out: '',
    err: '',
  })
  expect(await reaches(house, 'lan2')).toBe(false)
  expect(await reaches(house, 'lan1')).toBe(true)
  const listed = shell(house, 'ipchains -L forward -n -v -x').out.split('\n')[2]!
  expect(listed).toContain(`DENY       tcp  ------`)
  expect(Number(listed.trim().split(/\s+/)[0])).toBeGreaterThan(0)
  expect(shell(house, 'ipchains -Z forward').code).toBe(0)
  expect(shell(house, 'ipchains -L forward -n -v -x').out.split('\n')[2]).toMatch(/^ {7}0 {10}0 DENY/)
  expect(shell(house, 'ipchains -D forward 9')).toMatchObject({
    code: 1,
    err: expect.stringContaining('Bad rule number'),
  })
  expect(shell(house, 'iptables -F')).toMatchObject({
    code: 1,
    err: expect.stringContaining('do not live together'),
  })

  await visit(page, CHANGES)
  const newest = page.getByRole('navigation', { name: 'Revisions' }).getByRole('listitem').first()
  await expect(newest).toContainText('root (command line)')
  await expect(newest).toContainText('ipchains -I forward')
  expect(shell(house, `ipchains -D forward -s ${LAN.lan2} -d ${WWW} -p tcp -j DENY`).code).toBe(0)
  expect(await reaches(house, 'lan2')).toBe(true)
})

/**
 * What the administrator orders on the System page, from a household machine:
 *
 *   node order.ts URL open-shell KEY     SSH for whoever has this key
 *   node order.ts URL close-shell
 *   node order.ts URL reboot
 *   node order.ts URL factory-reset
 */
import { until } from '../lab/shell.ts'
import { Administrator } from '../web/administrator.ts'

const [url, order, key] = process.argv.slice(2) as [string, string, string | undefined]
const administrator = await Administrator.logIn(url).catch(() => Administrator.claim(url))
const ORDERS: Record<string, () => Promise<unknown>> = {
  'open-shell': () => administrator.save('access', { ssh: true, keys: [key!] }),
  'close-shell': () => administrator.save('access', { ssh: false, keys: [] }),
  reboot: () => administrator.call('POST', '/api/system/reboot', {}),
  'factory-reset': () =>
    administrator.call('POST', '/api/system/factory-reset', { confirm: 'forget everything' }),
}
// Right after its first start the box has no settings for a moment, and says so.
await until('the box’s settings', 60, () => administrator.settings().catch(() => false))
await ORDERS[order]!()
console.log('done')

/** `node dial.ts URL USER PASSWORD`: tells the box that its provider speaks PPPoE, as the page Internet does. */
import { Administrator } from '../web/administrator.ts'

const [url, user, password] = process.argv.slice(2) as [string, string, string]
const administrator = await Administrator.logIn(url).catch(() => Administrator.claim(url))
await administrator.change('internet', (internet) => {
  internet.connections[0]!.method = { kind: 'pppoe', user, password, service: '', mtu: 'auto' }
})
console.log('saved')

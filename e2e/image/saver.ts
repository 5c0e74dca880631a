/**
 * Saves one setting again and again, from a household machine, and says what was acknowledged: `saved N`. Ends when the box is gone.
 *
 *   node saver.ts URL [FIRST]     the value saved is FIRST, FIRST+1, …
 *   node saver.ts URL --read      says what the box has: `has N`
 */
import { Administrator } from '../web/administrator.ts'

const [url, first] = process.argv.slice(2) as [string, string | undefined]
const administrator = await Administrator.logIn(url).catch(() => Administrator.claim(url))

if (first === '--read') {
  const { snapshot } = await administrator.settings()
  console.log(`has ${snapshot.timeouts.udp}`)
} else {
  for (let value = Number(first ?? 1000); ; value++) {
    await administrator.change('timeouts', (timeouts) => {
      timeouts.udp = value
    })
    console.log(`saved ${value}`)
  }
}

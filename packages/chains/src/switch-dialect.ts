/**
 * The same rules in the other dialect, as far as it can say them.
 *
 * The two do not see packets alike. In the classic dialect a forwarded packet meets `input`, `forward` and `output`, and MASQ is a
 * verdict of `forward`; in netfilter it meets FORWARD only, and nat is a table of its own. So this is a translation for people: it
 * keeps what a household means by its rules, and says of every single thing that it cannot carry over, or that means something else
 * afterwards. A rule that cannot be said is kept, switched off, where that leaves more closed than open; the notes say so.
 */
import type { Rules } from '@bauta/config'
import type { Switched } from './switch-notes.ts'
import { toClassic } from './to-classic.ts'
import { toNetfilter } from './to-netfilter.ts'

/**
 * @param rules as rulesSchema passed them
 * @param newId gives the number of a rule that there was none of before
 */
export function switchDialect(rules: Rules, newId: () => number): Switched {
  return rules.dialect === 'classic' ? toNetfilter(rules, newId) : toClassic(rules, newId)
}

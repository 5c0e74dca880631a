/**
 * What the lists that people share look like, line by line, and the names in them:
 *
 *   0.0.0.0 ads.example tracker.example    a hosts file
 *   ads.example   *.ads.example            names
 *   ||ads.example^                         Adblock, where the rule is about a whole name; rules with conditions are not
 *   address=/ads.example/  local=/…/       dnsmasq
 *
 * Whatever else a line says is passed over: a list is made by strangers. A name must have a dot, so that no list can block `com`.
 */
import { domainToASCII } from 'node:url'
import { isName, parseAddress } from '@bauta/config'

const ADDRESS = /^(?:0\.0\.0\.0|127\.0\.0\.1|::1?|0)\s+/
const ADBLOCK = /^\|\|([^\s^$/*|]+)\^(?:\$(?:important|all|document|doc|popup))?$/
const DNSMASQ = /^(?:address|server|local)=\/([^/\s]+)\/(?:#|0\.0\.0\.0|::|127\.0\.0\.1)?$/
/** Names that hosts files begin with. */
const OWN = new Set(['localhost.localdomain', 'ip6-localhost.localdomain'])

/** @returns the names that a line blocks, lower case */
export function namesIn(line: string): string[] {
  const text = line.trim()
  if (text === '' || '#![;@'.includes(text[0]!)) return []
  const whole = ADBLOCK.exec(text)?.[1] ?? DNSMASQ.exec(text)?.[1]
  if (whole !== undefined) return usable(whole)
  // a blank before it: what follows a name at once is Adblock's way to hide parts of a page
  const [words = ''] = text.split(/\s#/)
  if (ADDRESS.test(words)) return words.replace(ADDRESS, '').trim().split(/\s+/).flatMap(usable)
  return /^\S+\s*$/.test(words) ? usable(words.trim().replace(/^\*?\./, '')) : []
}

function usable(text: string): string[] {
  const plain = text.replace(/\.$/, '').toLowerCase()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names beyond ASCII are what is looked for
  const name = /[^\x00-\x7f]/.test(plain) ? domainToASCII(plain) : plain
  return name.includes('.') && isName(name) && parseAddress(name) === null && !OWN.has(name) ? [name] : []
}

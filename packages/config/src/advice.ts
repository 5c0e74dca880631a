/**
 * Settings that are allowed and probably not meant: each as a sentence that says what would happen and what to do instead.
 * A fault stops a save; advice does not.
 */
import { chainLabel } from './dialects.ts'
import { HELPERS } from './helper-names.ts'
import { HELPER_TITLES, type Helpers } from './helpers.ts'
import type { Interfaces } from './interfaces.ts'
import type { Rule, Rules } from './rules.ts'
import type { Noun, Snapshot } from './snapshot.ts'

export interface Advice {
  kind: 'masquerades-everything' | 'one-card' | 'helper-reads-browsers'
  /** Where it stands, for a link; null where it is no rule. */
  ruleId: number | null
  text: string
}

const isMasq = ({ target }: Rule): boolean =>
  target !== null && 'verdict' in target && target.verdict === 'MASQ'

/** Nothing says whose packets, whither, or by which interface. */
const isUnrestricted = (rule: Rule): boolean =>
  !rule.source && !rule.destination && !rule.inInterface && !rule.outInterface

/** @returns a warning for every rule that masquerades whatever passes (seed 004: “never without -o”) */
export function rulesAdvice({ dialect, chains }: Rules): Advice[] {
  const word = dialect === 'netfilter' ? 'MASQUERADE' : 'MASQ'
  return chains.flatMap((chain) =>
    chain.rules
      .filter((rule) => rule.enabled && isMasq(rule) && isUnrestricted(rule))
      .map(({ id }): Advice => {
        const where = id > 0 ? `Rule ${id} in ${chainLabel(chain)}` : `A new rule in ${chainLabel(chain)}`
        return {
          kind: 'masquerades-everything',
          ruleId: id,
          text: `${where} says ${word} without any interface or address: it applies to everybody on whatever side, strangers outside included, and lets them pass. Add the way out (@wan), or the network of the household.`,
        }
      }),
  )
}

/** `eth0.7` and `eth0:1` are names on the card `eth0`. */
const cardOf = (name: string): string => name.split(/[.:]/)[0]!

/** @returns a warning where LAN and WAN are two names on one network card */
export function interfacesAdvice({ list }: Interfaces): Advice[] {
  const wan = list.find(({ role }) => role === 'wan')
  const lan = wan && list.find(({ name, role }) => role === 'lan' && cardOf(name) === cardOf(wan.name))
  if (!wan || !lan) return []
  return [
    {
      kind: 'one-card',
      ruleId: null,
      text: `${lan.name} and ${wan.name} are on one network card. The household and the provider's line then share a wire: machines outside may reach those inside around the rules, and every packet passes the card twice. Use a card for each side; with VLANs, be sure that the switch keeps them apart.`,
    },
  ]
}

/** Where a web page can have a browser send words of its choosing to a server of its choosing. */
const BROWSER_PORTS = [80, 443, 8080]

/** @returns a warning for every helper that listens where browsers talk (“NAT slipstreaming”) */
export function helpersAdvice({ list }: Helpers): Advice[] {
  return list.flatMap(({ name, enabled, ports }) => {
    const found = HELPERS[name].protocol === 'tcp' ? ports.filter((one) => BROWSER_PORTS.includes(one)) : []
    if (!enabled || found.length === 0) return []
    const text = `The helper for ${HELPER_TITLES[name]} reads along on port ${found.join(' and ')}, where browsers talk. A web page could make a browser say there what opens a port to its machine. Use another port, or switch the helper off.`
    return [{ kind: 'helper-reads-browsers', ruleId: null, text }]
  })
}

/** What the pages warn of beside a noun, for whoever sets it by other means. */
export function adviceOn<N extends Noun>(noun: N, value: Snapshot[N]): Advice[] {
  const advise = advisers[noun] as ((value: Snapshot[N]) => Advice[]) | undefined
  return advise ? advise(value) : []
}

const advisers: { [N in Noun]?: (value: Snapshot[N]) => Advice[] } = {
  rules: rulesAdvice,
  interfaces: interfacesAdvice,
  helpers: helpersAdvice,
}

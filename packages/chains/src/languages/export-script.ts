/** The rules of the box, and its protocol helpers, as a script of one of the three languages. */
import { chainLabel, HELPER_TITLES, type Helpers, placeOfDnsWord, type Rules } from '@bauta/config'
import { helperLines } from './helper-modules.ts'
import { ipchainsScript, ipfwadmScript } from './print-classic.ts'
import { iptablesSave } from './print-iptables.ts'

export const EXPORT_LANGUAGES = ['ipchains', 'ipfwadm', 'iptables'] as const
export type ExportLanguage = (typeof EXPORT_LANGUAGES)[number]

export interface ExportedScript {
  text: string
  /** What the language cannot say: `rule 3 of forward`, and why. */
  unsaid: { what: string; reasons: string[] }[]
}

/** @returns those that the dialect has */
export const languagesOf = ({ dialect }: Rules): readonly ExportLanguage[] =>
  dialect === 'classic' ? ['ipchains', 'ipfwadm'] : ['iptables']

export function exportScript(language: ExportLanguage, rules: Rules, helpers: Helpers): ExportedScript {
  const modules = helperLines(helpers, rules.dialect)
  const helpersUnsaid = modules.unsaid.map((name) => ({
    what: `the helper for ${HELPER_TITLES[name]}`,
    reasons: [`Linux had no module for it then`],
  }))
  if (language === 'iptables')
    return {
      text: `${asComments(modules.text)}${iptablesSave(rules)}`,
      unsaid: [...helpersUnsaid, ...dnsWordsUnsaid(rules)],
    }
  const { text, unsaid } = language === 'ipchains' ? ipchainsScript(rules) : ipfwadmScript(rules)
  return {
    // Behind the line that names the shell.
    text: text.replace('\n', `\n${modules.text}`),
    unsaid: [
      ...unsaid.map(({ chain, place, reasons }) => ({
        what: place > 0 ? `rule ${place} of ${chain}` : `chain ${chain}`,
        reasons,
      })),
      ...helpersUnsaid,
    ],
  }
}

/** Printed as they are, so that the box reads them back; iptables itself wants an address there. */
function dnsWordsUnsaid({ chains }: Rules): ExportedScript['unsaid'] {
  return chains.flatMap((chain) =>
    chain.rules.flatMap(({ target }, i) => {
      const word = target && 'verdict' in target && target.verdict === 'DNAT' ? target.ranges[0]?.from : null
      if (!word || placeOfDnsWord(word) < 0) return []
      const reason = `${word} is a word of this box for what the line has at the moment; where iptables itself is to read it, put an address there`
      return [{ what: `rule ${i + 1} of ${chainLabel(chain)}`, reasons: [reason] }]
    }),
  )
}

/** A file for iptables-restore has no room for commands. */
const asComments = (commands: string): string =>
  commands &&
  `# Helpers are loaded before this file is restored:\n${commands.replace(/^/gm, '#   ').replace(/# {3}$/, '')}`

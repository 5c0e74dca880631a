/** The rules of the box as a script of one of the three languages. */
import { ipchainsScript, ipfwadmScript, iptablesSave } from '@bauta/chains'
import type { Rules } from '@bauta/config'

export type ExportLanguage = 'ipchains' | 'ipfwadm' | 'iptables'

/** @returns those that the dialect has */
export const languagesOf = ({ dialect }: Rules): readonly ExportLanguage[] =>
  dialect === 'classic' ? ['ipchains', 'ipfwadm'] : ['iptables']

export interface ExportedText {
  text: string
  /** What the language cannot say, as sentences. */
  unsaid: string[]
  file: string
}

export function exportedText(rules: Rules, language: ExportLanguage): ExportedText {
  if (language === 'iptables') return { text: iptablesSave(rules), unsaid: [], file: 'rules.iptables' }
  const { text, unsaid } = language === 'ipchains' ? ipchainsScript(rules) : ipfwadmScript(rules)
  return {
    text,
    unsaid: unsaid.map(
      ({ chain, place, reasons }) =>
        `${place > 0 ? `Rule ${place} of ${chain}` : `Chain ${chain}`}: ${reasons.join('; ')}.`,
    ),
    file: `rules.${language}.sh`,
  }
}

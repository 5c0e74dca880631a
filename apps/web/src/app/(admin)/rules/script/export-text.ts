/** The rules of the box as a script of one of the three languages. */
import { type ExportLanguage, exportScript } from '@bauta/chains'
import type { Helpers, Rules } from '@bauta/config'

export interface ExportedText {
  text: string
  /** What the language cannot say, as sentences. */
  unsaid: string[]
  file: string
}

export function exportedText(rules: Rules, helpers: Helpers, language: ExportLanguage): ExportedText {
  const { text, unsaid } = exportScript(language, rules, helpers)
  return {
    text,
    unsaid: unsaid.map(
      ({ what, reasons }) => `${what[0]!.toUpperCase()}${what.slice(1)}: ${reasons.join('; ')}.`,
    ),
    file: language === 'iptables' ? 'rules.iptables' : `rules.${language}.sh`,
  }
}

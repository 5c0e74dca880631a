/**
 * Words for the name servers of the Internet line, as the provider gives them at the moment: `@dns1` is the first of them. A rule that
 * sends packets there (DNAT) follows the line by itself, where scripts of old rewrote it each time the line came up.
 */
export const DNS_WORDS = ['@dns1', '@dns2', '@dns3'] as const

/** @returns which of the line's servers is meant, from 0; -1 where it is no such word */
export const placeOfDnsWord = (text: string): number => (DNS_WORDS as readonly string[]).indexOf(text)

const ORDER = ['first', 'second', 'third'] as const

/** @returns the word with what it stands for: `the line’s first DNS server (@dns1)`; any other text as it is */
export function dnsWordMeaning(text: string): string {
  const place = placeOfDnsWord(text)
  return place < 0 ? text : `the line’s ${ORDER[place]} DNS server (${text})`
}

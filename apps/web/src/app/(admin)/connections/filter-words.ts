/** The filter language: words with a space between, all must hold; `key:value` looks at one field, a bare word at all. */

export const FILTER_KEYS = [
  { key: 'proto', example: 'proto:udp', meaning: 'protocol: tcp, udp or icmp' },
  { key: 'device', example: 'device:television', meaning: 'name of the device' },
  { key: 'client', example: 'client:192.168.77.21', meaning: 'address inside' },
  { key: 'server', example: 'server:example.org', meaning: 'name or address outside' },
  { key: 'port', example: 'port:443', meaning: 'client, masquerade or server port' },
  { key: 'state', example: 'state:EST', meaning: 'beginning of the state' },
  { key: 'rule', example: 'rule:3', meaning: 'number of the rule that let it in' },
] as const
export type FilterKey = (typeof FILTER_KEYS)[number]['key']

const wordsOf = (q: string): string[] => q.split(/\s+/).filter(Boolean)

const keyOf = (word: string): string | null => {
  const at = word.indexOf(':')
  return at > 0 && /^[a-z]+$/i.test(word.slice(0, at)) ? word.slice(0, at).toLowerCase() : null
}

/** @returns the value of the first word with this key, or null */
export function wordValue(q: string, key: FilterKey): string | null {
  const word = wordsOf(q).find((entry) => keyOf(entry) === key)
  return word === undefined ? null : word.slice(key.length + 1)
}

/** Puts `key:value` in the place of every word with this key; null takes them away. */
export function setWord(q: string, key: FilterKey, value: string | null): string {
  const others = wordsOf(q).filter((word) => keyOf(word) !== key)
  return (value === null ? others : [...others, `${key}:${value}`]).join(' ')
}

/** Keys that the language does not have: said, because they find nothing or the wrong thing. */
export function unknownKeys(q: string): string[] {
  const known: readonly string[] = FILTER_KEYS.map((entry) => entry.key)
  return [...new Set(wordsOf(q).map(keyOf))].filter(
    (key): key is string => key !== null && !known.includes(key),
  )
}

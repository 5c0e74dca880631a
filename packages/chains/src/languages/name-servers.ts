/** Scripts that follow the provider's name servers (“DNS faking”): what pppd's $DNS1 and $DNS2 can stand for, and what is here in place of a loop. */
import { placeOfDnsWord } from '@bauta/config'

const DESTINATION = new Set(['--to-destination', '--to'])

/**
 * `$DNS1` has a meaning as the destination of DNAT only: everywhere else it takes an address.
 * @returns the variables that so have no value in a command
 */
export function wordsOutOfPlace(words: readonly string[]): string[] {
  return words.flatMap((word, i) => {
    const [, name = '', number] = /(@dns(\d))/.exec(word) ?? []
    if (placeOfDnsWord(name) < 0) return []
    const alone = word.split(':')[0] === name
    return alone && DESTINATION.has(words[i - 1] ?? '') && words.includes('DNAT') ? [] : [`DNS${number}`]
  })
}

/** About a line that is not carried out. */
export const notesOnNameServers = (text: string): string[] =>
  /\bDNAT\b/.test(text) && /nameserver|resolv|dns/i.test(text)
    ? [
        'for the provider’s name servers no loop is needed: send them to @dns1, @dns2 and so on, or set constant addresses on the page DNS',
      ]
    : []

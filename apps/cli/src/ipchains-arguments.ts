/** The command line of ipchains, as far as it lists; single letters may be joined as in `-nvL`. */
import { UsageError } from './usage-error.ts'

export type IpchainsCommand =
  | { name: 'help' }
  | { name: 'list'; chain: string | undefined; options: ListFlags }
  | { name: 'list-masquerade'; options: ListFlags }

export interface ListFlags {
  numeric: boolean
  verbose: boolean
  exact: boolean
  lineNumbers: boolean
}

const LONG: Readonly<Record<string, string>> = {
  '--list': 'L',
  '--masquerade': 'M',
  '--masquerading': 'M',
  '--numeric': 'n',
  '--verbose': 'v',
  '--exact': 'x',
  '--line-numbers': '#',
  '--help': 'h',
  '--add': 'A',
  '--append': 'A',
  '--delete': 'D',
  '--insert': 'I',
  '--replace': 'R',
  '--flush': 'F',
  '--zero': 'Z',
  '--check': 'C',
  '--new': 'N',
  '--new-chain': 'N',
  '--delete-chain': 'X',
  '--policy': 'P',
  '--set': 'S',
}
const FLAGS = 'LMnvxh#'
const CHANGES = 'ADIRFNXP'
const PROGRAM = 'bauta ipchains'

/** @throws UsageError */
export function parseIpchains(words: readonly string[]): IpchainsCommand {
  const seen = new Set<string>()
  let chain: string | undefined
  for (const word of words) {
    if (!word.startsWith('-')) {
      if (!seen.has('L') || chain !== undefined) throw problem(`“${word}” is one word too many`)
      chain = word
    } else if (isAttachedChain(word)) {
      seen.add('L')
      chain = word.slice(2)
    } else for (const letter of lettersOf(word)) seen.add(known(letter, word))
  }
  if (seen.has('h')) return { name: 'help' }
  return commandOf(seen, chain)
}

function commandOf(seen: ReadonlySet<string>, chain: string | undefined): IpchainsCommand {
  if (!seen.has('L')) throw problem('nothing to do; -L lists the chains, -M -L the masqueraded connections')
  const options = {
    numeric: seen.has('n'),
    verbose: seen.has('v'),
    exact: seen.has('x'),
    lineNumbers: seen.has('#'),
  }
  if (!seen.has('M')) return { name: 'list', chain, options }
  if (chain !== undefined) throw problem(`-M -L lists connections; it takes no chain “${chain}”`)
  if (options.exact || options.lineNumbers)
    throw problem(`${options.exact ? '-x' : '--line-numbers'} does not go with -M -L`)
  return { name: 'list-masquerade', options }
}

/** `-Lforward` names a chain; `-Lnv` is -L -n -v. */
const isAttachedChain = (word: string): boolean => /^-L./.test(word) && !/^-L[nvxMh]+$/.test(word)

function lettersOf(word: string): string[] {
  if (!word.startsWith('--')) return word === '-' ? [''] : [...word.slice(1)]
  const letter = LONG[word]
  if (!letter) throw problem(`unknown option “${word}”`)
  return [letter]
}

/** @returns the letter when this program does what it stands for */
function known(letter: string, word: string): string {
  if (letter !== '' && FLAGS.includes(letter)) return letter
  if (letter !== '' && CHANGES.includes(letter))
    throw problem(`“${word}” is not done here: for now, rules and policies are changed on the Rules page`)
  if (letter === 'S')
    throw problem(`“${word}” is not done here: for now, timeouts are changed on the Timeouts page`)
  if (letter === 'Z') throw problem(`“${word}” is not done here: counters can not be set to zero yet`)
  if (letter === 'C') throw problem(`“${word}” is not done here: packets can not be tested from here yet`)
  throw problem(`unknown option “${word}”`)
}

const problem = (message: string): UsageError => new UsageError(message, PROGRAM)

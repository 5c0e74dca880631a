/**
 * GNU getopt_long over a list of words, in the order in which they stand (`-` before the option string): what scripts of the
 * nineties rely on, joined letters (`-nvL`), attached values (`-Aforward`), `--long=value` and unambiguous beginnings of long names.
 */
import { LanguageProblem } from './problem.ts'

/** 0: takes no value; 1: needs one; 2: may have one attached. */
type Takes = 0 | 1 | 2

export interface OptionTable {
  /** By letter. */
  readonly short: Readonly<Record<string, Takes>>
  /** Long name → letter (or any code) and what it takes. */
  readonly long: Readonly<Record<string, readonly [code: string, takes: Takes]>>
}

/** A word that is no option. */
export const PLAIN = 'plain'

export interface Option {
  /** The letter, the code of a long option, or PLAIN. */
  readonly code: string
  readonly value: string | null
}

export class Options {
  /** Of the next word; callers may take words themselves. */
  at = 0
  readonly words: readonly string[]
  readonly #table: OptionTable
  #letters = ''

  constructor(words: readonly string[], table: OptionTable) {
    this.words = words
    this.#table = table
  }

  /** @returns the next word when it is a value: there is one, and it begins with neither `-` nor `!` */
  takeValue(): string | null {
    const word = this.words[this.at]
    if (word === undefined || word.startsWith('-') || word.startsWith('!')) return null
    this.at++
    return word
  }

  /** @returns null at the end */
  next(): Option | null {
    if (this.#letters !== '') return this.#letter()
    const word = this.words[this.at]
    if (word === undefined) return null
    this.at++
    // `--` ends the options; what follows is told as unknown by whoever looks at `at`.
    if (word === '--') return null
    if (word.startsWith('--')) return this.#long(word.slice(2))
    if (word.length < 2 || !word.startsWith('-')) return { code: PLAIN, value: word }
    this.#letters = word.slice(1)
    return this.#letter()
  }

  #letter(): Option {
    const code = this.#letters[0]!
    const rest = this.#letters.slice(1)
    const takes = Object.hasOwn(this.#table.short, code) ? this.#table.short[code] : undefined
    if (takes === undefined) throw this.#problem(`invalid option -- ${code}`)
    this.#letters = takes === 0 ? rest : ''
    if (takes === 0) return { code, value: null }
    if (rest !== '') return { code, value: rest }
    return { code, value: takes === 1 ? this.#needed(`option requires an argument -- ${code}`) : null }
  }

  #long(text: string): Option {
    const equals = text.indexOf('=')
    const name = equals < 0 ? text : text.slice(0, equals)
    const [code, takes] = this.#find(name)
    if (equals >= 0) {
      if (takes === 0) throw this.#problem(`option \`--${name}' doesn't allow an argument`)
      return { code, value: text.slice(equals + 1) }
    }
    return { code, value: takes === 1 ? this.#needed(`option \`--${name}' requires an argument`) : null }
  }

  #find(name: string): readonly [string, Takes] {
    const { long } = this.#table
    if (Object.hasOwn(long, name)) return long[name]!
    const begun = Object.keys(long).filter((one) => one.startsWith(name))
    if (name === '' || begun.length === 0) throw this.#problem(`unrecognized option \`--${name}'`)
    if (new Set(begun.map((one) => long[one]![0])).size > 1)
      throw this.#problem(`option \`--${name}' is ambiguous`)
    return long[begun[0]!]!
  }

  #needed(message: string): string {
    const word = this.words[this.at]
    if (word === undefined) throw this.#problem(message)
    this.at++
    return word
  }

  #problem(message: string): LanguageProblem {
    return new LanguageProblem(2, message)
  }
}

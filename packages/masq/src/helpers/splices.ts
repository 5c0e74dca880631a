/**
 * What is to be replaced in one payload: pieces and their new text, found from front to back, put in from back to front, so that no offset
 * is shifted before its turn. A packet that is not to be changed makes none; one that is allocates a few strings.
 */

interface Splice {
  at: number
  length: number
  text: string
}

export class Splices {
  #list: Splice[] = []

  get empty(): boolean {
    return this.#list.length === 0
  }

  clear(): void {
    if (this.#list.length > 0) this.#list = []
  }

  /** `length` bytes at `at` become `text` (Latin-1). Pieces never overlap; the order of calls does not matter. */
  add(at: number, length: number, text: string): void {
    this.#list.push({ at, length, text })
  }

  /** By how much what lies between two offsets becomes longer. */
  growth(from: number, to: number): number {
    return this.#list.reduce(
      (sum, { at, length, text }) => (at >= from && at < to ? sum + text.length - length : sum),
      0,
    )
  }

  /**
   * Puts all of them in.
   * @param replace as the Conversation has it @returns false where it did not work; then the rest is left
   */
  apply(replace: (at: number, length: number, text: string) => boolean): boolean {
    return this.#list.sort((a, b) => b.at - a.at).every(({ at, length, text }) => replace(at, length, text))
  }
}

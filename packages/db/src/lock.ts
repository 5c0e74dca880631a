/** A lock for one at a time, first come first served. */
export class Lock {
  #tail: Promise<unknown> = Promise.resolve()

  /** Runs `work` when everything asked for before has ended, well or badly. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work)
    this.#tail = result.catch(() => {})
    return result
  }
}

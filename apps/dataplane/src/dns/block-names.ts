/** A list as it is kept on disk: one name a line, lower case. */
import { createReadStream } from 'node:fs'

/**
 * Reads in small pieces, so that whatever else the thread has to do comes in between.
 * @returns how many names there were
 */
export async function readNames(file: string, each: (name: string) => void): Promise<number> {
  let rest = ''
  let count = 0
  const stream = createReadStream(file, { encoding: 'latin1', highWaterMark: 16_384 })
  for await (const piece of stream as AsyncIterable<string>) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop()!
    for (const name of lines) {
      if (name === '') continue
      each(name)
      count++
    }
  }
  if (rest !== '') {
    each(rest)
    count++
  }
  return count
}

/**
 * Transcripts of the command languages in fixtures/transcripts/*.txt: sessions at the prompt of a box, line by line, to be read like a
 * manual. The first sign of a line says what it is:
 *
 *   # a sentence        another session begins, on a box without rules; `# netfilter: …` on one of that dialect
 *   $ a command         as it is typed; `> ` before the lines of a file that it reads
 *   % a happening       `counted CHAIN PLACE PACKETS BYTES`, `off CHAIN PLACE`,
 *                 `forward PROTOCOL FROM TO ADDRESS`: one made on the page, `told`: the rules as the page
 *                 shows them, `switch`: they go to the other dialect
 *   two blanks          what it prints
 *   ! …                 what it prints as an error
 *   = 2                 its exit code, unless that is 0
 *   - and +             what the settings said before it, and say now; a rule has its place in its chain before it
 *
 * `GOLDEN=write npx vitest run packages/chains/src/languages/transcripts.test.ts` writes all but the commands anew. Read the difference
 * before you commit it: what is there must be what the programs of 1998 to 2003 said, not what the code happens to do.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Stated, TranscriptBox } from './fixtures/transcript-box.ts'

const FOLDER = join(import.meta.dirname, 'fixtures/transcripts')
const WRITE = process.env.GOLDEN === 'write'

const wordsOf = (line: string) =>
  (line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).map((word) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'),
  )

const shown = (sign: string, text: string) => {
  if (text === '') return []
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `${sign} ${line}`)
}

function play(lines: readonly string[]): string[] {
  const box = new TranscriptBox(lines[0]!.startsWith('# netfilter:') ? 'netfilter' : 'classic')
  const asked = lines.filter((line) => /^[#$>%]/.test(line))
  const out: string[] = []
  let before = box.state()
  asked.forEach((line, index) => {
    if (!line.startsWith('>')) out.push(line)
    if (!/^[$%]/.test(line)) return
    const input: string[] = []
    for (let at = index + 1; asked[at]?.startsWith('>'); at++) input.push(asked[at]!.slice(2))
    out.push(...input.map((text) => (text === '' ? '>' : `> ${text}`)))
    const words = wordsOf(line.slice(2))
    const printed = line.startsWith('%') ? box.happen(words) : box.run(words, input.join('\n'))
    const after = box.state()
    out.push(
      ...shown(' ', printed.out),
      ...shown('!', printed.err),
      ...(printed.exit === 0 ? [] : [`= ${printed.exit}`]),
      ...difference(before, after),
    )
    before = after
  })
  return out
}

/** Lines that are gone and lines that are new, by the longest common part. */
function difference(before: readonly Stated[], after: readonly Stated[]): string[] {
  const longest = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0))
  const same = (i: number, j: number) => before[i]!.text === after[j]!.text
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      longest[i]![j] = same(i, j)
        ? longest[i + 1]![j + 1]! + 1
        : Math.max(longest[i + 1]![j]!, longest[i]![j + 1]!)
  const told: string[] = []
  const tell = (sign: string, { place, text }: Stated) =>
    told.push(`${sign} ${place === null ? '' : `[${place}] `}${text}`)
  let [i, j] = [0, 0]
  while (i < before.length || j < after.length)
    if (i < before.length && j < after.length && same(i, j)) {
      i++
      j++
    } else if (j < after.length && (i === before.length || longest[i]![j + 1]! > longest[i + 1]![j]!))
      tell('+', after[j++]!)
    else tell('-', before[i++]!)
  return told
}

for (const file of readdirSync(FOLDER)) {
  const path = join(FOLDER, file)
  const sessions = readFileSync(path, 'utf8').split(/^(?=# )/m)
  const written = [...sessions]
  test.each(sessions.map((text, number) => [text.split('\n')[0]!.slice(2), number, text] as const))(
    `${file.replace('.txt', '')}: %s`,
    (_, number, text) => {
      const played = `${play(text.split('\n').filter((line) => line !== '')).join('\n')}\n`
      written[number] = played
      if (WRITE) writeFileSync(path, written.join(''))
      else expect(played).toBe(text)
    },
  )
}

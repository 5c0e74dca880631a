/**
 * The lines of a shell script, as far as somebody's firewall needs it: comments, quotes, continued lines, several commands on a line,
 * and variables that the script sets itself or that are given (`$PPPIP`). It is no shell: what loops, asks or runs another program is
 * told as not followed, line by line, and nothing of it is guessed.
 */

export interface ShellCommand {
  /** Of the first line of it, from 1. */
  readonly line: number
  /** As it stands there. */
  readonly text: string
  /** What it comes to: words without quotes, variables put in. Empty where `unfollowed` says why. */
  readonly words: readonly string[]
  /** Why it is not followed, or null. */
  readonly unfollowed: string | null
  /** Names of variables that had no value. */
  readonly missing: readonly string[]
}

/** Longer scripts are not read on. */
const MOST_COMMANDS = 20_000
const DEEPEST = 50

/** @param variables with their values; the script's own assignments come on top @returns never throws */
export function readShell(text: string, variables: Readonly<Record<string, string>> = {}): ShellCommand[] {
  const values = new Map(Object.entries(variables))
  const found: ShellCommand[] = []
  let depth: string[] = []
  for (const { line, text: whole } of joinedLines(text)) {
    for (const piece of commandsIn(whole)) {
      if (found.length >= MOST_COMMANDS) return found
      const command = readCommand(line, piece, values)
      if (!command) continue
      const opened = blocks(command.words, depth)
      const inside = depth.length > 0 || opened.length > 0
      if (opened.length > DEEPEST) return found
      depth = opened
      if (inside && command.unfollowed === null)
        found.push({
          ...command,
          words: [],
          unfollowed: 'inside a loop, a condition or a function: what it comes to is known only when it runs',
        })
      else if (command.unfollowed !== null || !assign(command, values)) found.push(command)
    }
  }
  return found
}

/** Lines that end with a backslash go on, within a word too; blanks after it (as web pages leave them) are forgiven. */
function joinedLines(text: string): { line: number; text: string }[] {
  const joined: { line: number; text: string }[] = []
  let begun: { line: number; text: string } | null = null
  text.split(/\r\n|\n|\r/).forEach((line, index) => {
    const goesOn = /\\[ \t]*$/.test(line) && !/^\s*#/.test(line)
    const content = goesOn ? line.replace(/\\([ \t]*)$/, '$1') : line
    begun = begun ? { line: begun.line, text: begun.text + content } : { line: index + 1, text: content }
    if (goesOn) return
    joined.push(begun)
    begun = null
  })
  if (begun) joined.push(begun)
  return joined
}

/** Parts at `;`, `&&`, `||`, `|` and `&`, outside quotes; a comment ends the line. */
function commandsIn(text: string): string[] {
  const parts: string[] = []
  let quote = ''
  let part = ''
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!
    if (quote !== '') {
      part += character
      if (character === '\\' && quote === '"') part += text[++i] ?? ''
      else if (character === quote) quote = ''
    } else if (character === '\\') part += character + (text[++i] ?? '')
    else if (character === '"' || character === "'" || character === '`') {
      quote = character
      part += character
    } else if (character === '#' && /(^|\s)$/.test(part)) break
    else if (character === ';' || character === '|' || character === '&') {
      // `>&2` and `2>&1` are no ends.
      if (character === '&' && part.endsWith('>')) part += character
      else {
        parts.push(part)
        part = ''
      }
    } else part += character
  }
  parts.push(part)
  return parts.filter((one) => one.trim() !== '')
}

/** A prompt as books print it: `# `, `$ `, `root@box:~# `, `erbium:/root> `. */
const PROMPT = /^\s*(?:[A-Za-z][\w.@~/:-]*[:/][\w.@~/:-]*\s*)?[>$%#]\s+(?=\S)/

function readCommand(line: number, piece: string, values: ReadonlyMap<string, string>): ShellCommand | null {
  const text = piece.trim()
  const missing: string[] = []
  const read = splitWords(text.replace(PROMPT, ''), values, missing)
  if (typeof read === 'string') return { line, text, words: [], unfollowed: read, missing }
  return read.length === 0
    ? null
    : { line, text, words: read, unfollowed: null, missing: [...new Set(missing)] }
}

/** @returns words, or why there are none */
function splitWords(text: string, values: ReadonlyMap<string, string>, missing: string[]): string[] | string {
  const words: string[] = []
  let word = ''
  let begun = false
  let quote = ''
  const end = () => {
    if (begun) words.push(word)
    word = ''
    begun = false
  }
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!
    if (quote === "'") {
      if (character === "'") quote = ''
      else word += character
    } else if (character === '\\') {
      const next = text[++i] ?? ''
      word += quote === '"' && !'$`"\\'.includes(next) ? `\\${next}` : next
      begun = true
    } else if (character === '`' || (character === '$' && text[i + 1] === '('))
      return 'it asks another program for a value; put the value in, or give it as a variable'
    else if (character === '$') {
      const found = /^\$(?:\{([A-Za-z_]\w*)(?:[-:=?+][^}]*)?\}|([A-Za-z_]\w*|[0-9@*#?$!]))/.exec(
        text.slice(i),
      )
      if (!found) {
        word += character
        begun = true
        continue
      }
      const name = found[1] ?? found[2]!
      const value = values.get(name)
      if (value === undefined) missing.push(name)
      i += found[0].length - 1
      // Unquoted, a value falls apart at its blanks, as in the shell.
      if (quote === '' && value !== undefined) {
        const [first = '', ...more] = value.split(/[ \t\n]+/)
        word += first
        begun ||= first !== ''
        for (const next of more) {
          end()
          word = next
          begun = next !== ''
        }
      } else {
        word += value ?? `$${name}`
        begun = true
      }
    } else if (quote === '"') {
      if (character === '"') quote = ''
      else word += character
    } else if (character === '"' || character === "'") {
      quote = character
      begun = true
    } else if (/\s/.test(character)) end()
    else if (character === '>' || character === '<') {
      // Where it writes to or reads from does not matter to a rule.
      if (/^\d$/.test(word)) begun = false
      end()
      return words.length > 0 ? words : 'it writes to a file'
    } else {
      word += character
      begun = true
    }
  }
  if (quote !== '') return `a quote (${quote}) is opened and not closed on this line`
  end()
  return words
}

const OPENS = new Set(['if', 'for', 'while', 'until', 'case', 'select', '{'])
const CLOSES: Readonly<Record<string, readonly string[]>> = {
  fi: ['if'],
  done: ['for', 'while', 'until', 'select'],
  esac: ['case'],
  '}': ['{'],
}

/** @returns the constructs that are open after the words */
function blocks(words: readonly string[], open: readonly string[]): string[] {
  let first = words[0] ?? ''
  if (['then', 'do', 'else'].includes(first)) first = words[1] ?? ''
  const now = [...open]
  if (OPENS.has(first)) now.push(first)
  else if (/^\w+\(\)$/.test(first) || (first === 'function' && words.length > 1) || words[1] === '()') {
    if (words.includes('{')) now.push('{')
  }
  const closes = Object.hasOwn(CLOSES, first) ? CLOSES[first] : undefined
  if (closes?.includes(now[now.length - 1] ?? '')) now.pop()
  return now
}

/** `NAME=value`, also with `export` before it. @returns whether it was one */
function assign({ words, missing }: ShellCommand, values: Map<string, string>): boolean {
  const list =
    words[0] === 'export' || words[0] === 'local' || words[0] === 'readonly' ? words.slice(1) : words
  const pairs = list.map((word) => /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(word))
  if (pairs.length === 0 || !pairs.every((pair) => pair !== null)) {
    // `export NAME` alone sets nothing.
    return words[0] === 'export' && list.every((word) => /^[A-Za-z_]\w*$/.test(word))
  }
  // A value with a hole in it is no value.
  if (missing.length === 0) for (const pair of pairs) values.set(pair![1]!, pair![2]!)
  return true
}

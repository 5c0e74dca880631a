/**
 * The little that the front needs of a DNS message: who it is from the header, the one question, and answers that the front gives
 * itself. Everything else passes through as it came (RFC 5625 section 4.1: a proxy that does not understand must not interfere).
 *
 * RFC 9267 lists what makes parsers of DNS fail; here a name is a chain of labels from byte 12 on, read once, never past the
 * end, with no pointer (nothing stands before a question that one could point to).
 */

export const HEADER = 12
export const MAX_MESSAGE = 65_535
const MAX_LABEL = 63
/** RFC 1035 section 2.3.4, on the wire: lengths and the final zero included. */
const MAX_NAME = 255

export const RCODE = { none: 0, format: 1, failure: 2, noName: 3, refused: 5 } as const
export const TYPE_SOA = 6
export const TYPE_OPT = 41
export const CLASS_IN = 1
export const CLASS_CHAOS = 3
/** RFC 8914: why, for people who look. */
export const EDE_BLOCKED = 15

export interface Question {
  /** Lower case, without the final dot; the root is the empty string. Bytes that are no letter, digit, - or _ as \ooo. */
  name: string
  type: number
  class: number
  /** Where the question ends in the message. */
  end: number
}

/** A query, as opposed to an answer or to something that is no DNS message at all. */
export const isQuery = (message: Uint8Array): boolean =>
  message.length >= HEADER && (message[2]! & 0x80) === 0

export const idOf = (message: Uint8Array): number => (message[0]! << 8) | message[1]!

export function setId(message: Uint8Array, id: number): void {
  message[0] = id >> 8
  message[1] = id & 0xff
}

export const isTruncated = (message: Uint8Array): boolean => (message[2]! & 2) !== 0

/** @returns the only question of the message; null where there is none, are several, or its name is no name */
export function readQuestion(message: Uint8Array): Question | null {
  if (message.length < HEADER || message[4] !== 0 || message[5] !== 1) return null
  let at = HEADER
  let name = ''
  for (;;) {
    const length = message[at]
    if (length === undefined || length > MAX_LABEL) return null
    at++
    if (length === 0) break
    if (at + length >= message.length || at + length - HEADER >= MAX_NAME) return null
    if (name !== '') name += '.'
    for (const end = at + length; at < end; at++) name += printed(message[at]!)
  }
  if (at + 4 > message.length) return null
  const word = (offset: number) => (message[offset]! << 8) | message[offset + 1]!
  return { name, type: word(at), class: word(at + 2), end: at + 4 }
}

/** One string for each byte, made once. */
const PRINTED = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte)
  if (/[A-Z]/.test(char)) return char.toLowerCase()
  return /[a-z0-9_-]/.test(char) ? char : `\\${byte.toString(8).padStart(3, '0')}`
})
const printed = (byte: number): string => PRINTED[byte]!

/** Whether the asker speaks EDNS (RFC 6891): an OPT record behind the question. */
export function hasOpt(message: Uint8Array, { end }: Question): boolean {
  const additional = (message[10]! << 8) | message[11]!
  const nothingBetween = message[6] === 0 && message[7] === 0 && message[8] === 0 && message[9] === 0
  // the root as name, then the type
  return (
    additional > 0 &&
    nothingBetween &&
    message[end] === 0 &&
    message[end + 1] === 0 &&
    message[end + 2] === TYPE_OPT
  )
}

/** @returns the head of an answer: the query's own header and question, marked as an answer with this code */
function answerHead(query: Uint8Array, end: number, rcode: number): Uint8Array {
  const head = Uint8Array.from(query.subarray(0, end))
  head[2] = (query[2]! & 0x79) | 0x80 // opcode and RD stay; no TC, no AA
  head[3] = (query[3]! & 0x10) | 0x80 | rcode // CD stays; recursion is available
  head.fill(0, end === HEADER ? 4 : 6, HEADER)
  return head
}

/** An answer without records. @param question null: the question could not be read, and is not repeated */
export const bareAnswer = (query: Uint8Array, question: Question | null, rcode: number): Uint8Array =>
  answerHead(query, question?.end ?? HEADER, rcode)

/** Seconds that a machine may remember that a name is blocked: soon after a list changed, so does the answer. */
const BLOCKED_TTL = 60
/** `. SOA . . 1 …`: without one, stub resolvers do not remember that a name does not exist (RFC 2308 section 5). */
const BLOCKED_SOA = Uint8Array.from([
  0,
  0,
  TYPE_SOA,
  0,
  CLASS_IN,
  0,
  0,
  0,
  BLOCKED_TTL,
  0,
  22,
  0,
  0,
  0,
  0,
  0,
  1,
  0,
  0,
  14,
  16,
  0,
  0,
  14,
  16,
  0,
  0,
  14,
  16,
  0,
  0,
  0,
  BLOCKED_TTL,
])
const BLOCKED_OPT = Uint8Array.from([
  0,
  0,
  TYPE_OPT,
  0x04,
  0xd0,
  0,
  0,
  0,
  0,
  0,
  6,
  0,
  15,
  0,
  2,
  0,
  EDE_BLOCKED,
])

/** “There is no such name”, and why for those who can read it. */
export function blockedAnswer(query: Uint8Array, question: Question): Uint8Array {
  const head = answerHead(query, question.end, RCODE.noName)
  head[9] = 1
  const edns = hasOpt(query, question)
  if (edns) head[11] = 1
  return Buffer.concat([head, BLOCKED_SOA, ...(edns ? [BLOCKED_OPT] : [])])
}

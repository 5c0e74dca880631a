/** What the kernel reads of the table, by the names that packages/door/bpf/layout.h has for it; a test there holds the two equal. */
import { ANSWER, carriedBit } from './carry.ts'
import { OUT } from './key-index.ts'
import { BUCKET_WAYS, BUCKET_WORDS, BYTE, SLOT_WORDS, SLOTS_PER_BUCKET, WORD } from './layout.ts'

export const KERNEL_LAYOUT: Readonly<Record<string, number>> = {
  BUCKET_WORDS,
  BUCKET_WAYS,
  SLOTS_PER_BUCKET,
  SLOT_WORDS,
  WORD_GENERATION: WORD.generation,
  WORD_CLIENT: WORD.client,
  WORD_SERVER: WORD.server,
  WORD_WAN: WORD.wan,
  WORD_OUT_PORTS: WORD.outPorts,
  WORD_IN_PORTS: WORD.inPorts,
  WORD_ASKED: WORD.asked,
  BYTE_PROTOCOL: BYTE.protocol,
  BYTE_HELPER: BYTE.helper,
  BYTE_CARRY: BYTE.carry,
  BYTE_HOP_OUT: BYTE.hopOut,
  BYTE_HOP_IN: BYTE.hopIn,
  CARRIED_OUT: carriedBit(OUT),
  CARRIED_ANSWER: ANSWER,
}

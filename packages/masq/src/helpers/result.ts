/** What becomes of a packet that a helper has looked at. */
export const HELPED = {
  pass: 0,
  /** The helper said that it may not pass. */
  refused: 1,
  /** It cannot be passed now, and has to be sent again: the stream is read in order, and changed once per round trip. */
  again: 2,
  /** There is no room for what would have to be put in. */
  noRoom: 3,
} as const

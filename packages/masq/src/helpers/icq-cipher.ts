/**
 * How versions 4 and 5 of the ICQ protocol hide a client's datagrams: a word made of the length and a check code, plus a byte
 * of a table, is laid over every 32 bits. Doing it twice undoes it. Versions 2 and 3 hide nothing. Both tables are the protocol's.
 */

/** Version 4 uses the tips that the program showed when it started. */
const TABLE_4 = fromText(
  '\n[1] You can modify the sounds ICQ makes. Just select "Sounds" from the "preferences/misc" in ICQ or from the ' +
    '"Sounds" in the control panel. Credit: Eran\n[2] Can\'t remember what was said?  Double-click on a user to get a ' +
    'dialog of all messages sent incomin',
)
const TABLE_5 = fromHex(
  '5960376b6562464853614c5960575b3d5e346d36503f6f6753614c5940476339505f5f3f6f47436948333164355a4a42' +
    '5640675341076c49583b4d4668436948333144656246485341076c69483351545d4e6c49384b554a6246483351346d36' +
    '505f5f5f3f6f4763594067333164355a6a526e3c51346d36505f5f3f4f374b355a4a6266583b4d66585b5d4e6c49583b' +
    '4d66583b4d464853614c594067333164556a323e4445526e3c3164556a524e6c694853614c39306f47635960575b3d3e' +
    '64353a3a5a6a524e6c694853616c49583b4d46686339505f5f3f6f67534125413c51543d5e545d4e4c39505f5f5f3f6f' +
    '474369483351545d6e3c3164355a0000',
)

const CHECK_4 = 16
const CHECK_5 = 20
/** Version 5 shows version, zero and number of the user. */
const OPEN_5 = 10
const FACTOR_4 = 0x66756b65
const FACTOR_5 = 0x68656c6c

/** Lays version 4's key over `bytes`, or takes it off. What is hidden is the first quarter. */
export function icqCipher4(bytes: Uint8Array): void {
  const key = (Math.imul(bytes.length, FACTOR_4) + littleEndian(bytes, CHECK_4)) | 0
  const quarter = (bytes.length + 3) >> 2
  for (let at = 0; at < quarter; at += 4) lay(bytes, at, (key + TABLE_4[at & 255]!) | 0, CHECK_4)
  bytes[0] = 4
  bytes[1] = 0
}

/**
 * A random byte of the datagram is part of version 4's check code. Where that is one that was changed, the code must follow.
 * @param bytes not hidden
 */
export function icqCheck4(bytes: Uint8Array): void {
  const at = bytes[CHECK_4 + 3]! ^ bytes[8]!
  if (at >= CHECK_4 + 4 && at < bytes.length) bytes[CHECK_4 + 2] = bytes[4]! ^ bytes[at]! ^ 0xff
}

/** As icqCipher4(), of version 5. The check code, which stands for itself, is about the header alone. */
export function icqCipher5(bytes: Uint8Array): void {
  const check = unscramble(littleEndian(bytes, CHECK_5))
  const key = (Math.imul(bytes.length, FACTOR_5) + check) | 0
  for (let at = OPEN_5; at < bytes.length; at += 4) lay(bytes, at, (key + TABLE_5[at & 255]!) | 0, CHECK_5)
}

export function littleEndian(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
}

/** Four bytes of a key over as many as there are, but not over the check code. */
function lay(bytes: Uint8Array, at: number, key: number, check: number): void {
  for (let i = 0; i < 4 && at + i < bytes.length; i++)
    if (at + i < check || at + i >= check + 4) bytes[at + i]! ^= key >>> (8 * i)
}

/** Version 5 moves the bits of the check code about. */
function unscramble(code: number): number {
  return (
    ((code & 0x0001f000) >>> 12) |
    ((code & 0x07c007c0) >>> 1) |
    ((code & 0x003e0001) << 10) |
    ((code & 0xf8000000) >>> 16) |
    ((code & 0x0000083e) << 15)
  )
}

function fromText(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16))
}

/** Payloads for the tests of helpers. */

/** @param text hexadecimal, blanks wherever they help */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text.replaceAll(/\s/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** Lines of a text protocol, each ended by CR LF, as bytes. */
export function linesOf(...lines: string[]): Uint8Array {
  return latin(lines.map((line) => `${line}\r\n`).join(''))
}

export function latin(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

export function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}

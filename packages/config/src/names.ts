/** Host and domain names as the settings write them (RFC 1123 section 2.1; an underscore is allowed, as service names have one). */

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i
const HOST_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i

/** @returns whether `text` is a name of one or more labels, 253 characters at most */
export const isName = (text: string): boolean =>
  text.length <= 253 && text.split('.').every((label) => LABEL.test(label))

/** @returns whether `text` can be the name of a machine: one label, no underscore */
export const isHostLabel = (text: string): boolean => HOST_LABEL.test(text)

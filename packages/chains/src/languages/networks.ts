import { formatNetwork, parseNetwork } from '@bauta/config'

/** @returns a network of the settings in its shortest form */
export function networkOf(text: string): string {
  const parsed = parseNetwork(text)
  return typeof parsed === 'string' ? text : formatNetwork(parsed)
}

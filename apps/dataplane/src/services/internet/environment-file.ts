/** What `env -0` wrote: the way dhcpcd's and pppd's scripts hand on what they were told. */

/** @param text NUL-separated `NAME=value` */
export function parseEnvironment(text: string): Map<string, string> {
  return new Map(
    text.split('\0').flatMap((entry): [string, string][] => {
      const at = entry.indexOf('=')
      return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)]] : []
    }),
  )
}

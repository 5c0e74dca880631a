/**
 * Whether a change was asked for by a page of the box itself. Browsers tell where a request comes from in two headers
 * that pages cannot forge; a request that changes something must carry at least one of them, and both must fit.
 */
export function isSameOrigin(headers: Headers): boolean {
  const origin = headers.get('origin')
  const site = headers.get('sec-fetch-site')
  if (origin === null && site === null) return false
  if (site !== null && site !== 'same-origin') return false
  return origin === null || hostPart(origin) === headers.get('host')?.toLowerCase()
}

function hostPart(origin: string): string | null {
  return /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase() ?? null
}

/** The cookie of people who may dial; another one than the administrators'. */
export const DIAL_COOKIE = 'bauta_dial'
export const DIAL_ABSOLUTE_MS = 8 * 3600_000

/** @param token null takes the cookie away */
export function dialCookie(token: string | null): string {
  const age = token === null ? 0 : DIAL_ABSOLUTE_MS / 1000
  return `${DIAL_COOKIE}=${token ?? ''}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}`
}

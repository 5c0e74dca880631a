/** Where to log in, and where to return to afterwards. The address bar is written by anybody: only paths of this site count. */

export function safeNext(next: string | null | undefined): string {
  return next && /^\/(?![/\\])/.test(next) && !/^\/(login|setup|recover)\b/.test(next) ? next : '/'
}

export function loginPath(here: string, why?: 'ended' | 'out'): string {
  const query = new URLSearchParams()
  if (here !== '/') query.set('next', here)
  if (why) query.set('why', why)
  const text = query.toString()
  return text ? `/login?${text}` : '/login'
}

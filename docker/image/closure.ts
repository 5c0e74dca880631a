/** Which npm packages a workspace needs when it runs: its dependencies and theirs, found as Node finds them. */
import type { Lock } from './npm-package.ts'

/** Needed only while pages are built; what the browser gets of them is in the build already. */
const IN_THE_BUILD = new Set([
  '@tanstack/react-query',
  '@tanstack/react-virtual',
  'clsx',
  'radix-ui',
  'uplot',
  'sharp',
  'postcss',
  'caniuse-lite',
  'baseline-browser-mapping',
])

/**
 * @param workspaces as `apps/web`
 * @returns keys of the lock file: `packages/config`, `node_modules/zod`, `node_modules/a/node_modules/b`
 */
export function closure(lock: Lock, workspaces: readonly string[]): string[] {
  const found = new Set<string>()
  const visit = (key: string): void => {
    if (found.has(key)) return
    found.add(key)
    for (const name of Object.keys(lock[key]?.dependencies ?? {}))
      if (!IN_THE_BUILD.has(name)) visit(resolve(lock, key, name))
  }
  for (const workspace of workspaces) visit(workspace)
  return [...found].sort()
}

function resolve(lock: Lock, from: string, name: string): string {
  for (let at = from; ; at = parent(at)) {
    const key = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`
    const entry = lock[key]
    if (entry) return entry.link ? entry.resolved! : key
    if (at === '') throw new Error(`package-lock.json has no ${name}, which ${from} needs; run npm install`)
  }
}

/** `node_modules/a/node_modules/b` → `node_modules/a` → `` */
function parent(key: string): string {
  const at = key.lastIndexOf('/node_modules/')
  return at < 0 ? '' : key.slice(0, at)
}

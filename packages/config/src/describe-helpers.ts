/** Changes of the protocol helpers, in words. */
import { same } from './describe-words.ts'
import { HELPER_NAMES } from './helper-names.ts'
import { HELPER_TITLES, type Helpers, helperOf, helperPortWords } from './helpers.ts'

export function describeHelpers(old: Helpers, next: Helpers): string[] {
  return HELPER_NAMES.flatMap((name) => {
    const [before, after] = [helperOf(old, name), helperOf(next, name)]
    const title = `Helper for ${HELPER_TITLES[name]}`
    if (before.enabled !== after.enabled)
      return [after.enabled ? `${title} switched on, ${helperPortWords(after)}` : `${title} switched off`]
    return same(before.ports, after.ports)
      ? []
      : [`${title}: ${helperPortWords(before)} → ${helperPortWords(after)}`]
  })
}

import {
  HELPER_NAMES,
  HELPER_TITLES,
  type Helper,
  type Helpers,
  helperOf,
  helperPortWords,
} from '@bauta/config'
import type { Action } from './action.ts'

/** A connection is given its helper when it begins: those that are there keep theirs until it is switched off. */
export function helperActions(old: Helpers, next: Helpers): Action[] {
  return HELPER_NAMES.flatMap((name) => {
    const text = change(helperOf(old, name), helperOf(next, name))
    return text === null ? [] : [{ noun: 'helpers', text }]
  })
}

function change(before: Helper, after: Helper): string | null {
  const title = HELPER_TITLES[after.name]
  if (!after.enabled) return before.enabled ? `nobody reads along with ${title} any more` : null
  const where = `${title} on ${helperPortWords(after)}`
  if (!before.enabled) return `a helper reads along with ${where}`
  return helperPortWords(before) === helperPortWords(after)
    ? null
    : `new connections of ${where} have the helper, instead of ${helperPortWords(before)}`
}

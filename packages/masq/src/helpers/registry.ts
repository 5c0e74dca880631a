/** Every helper there is. One that is not listed here cannot be bound, whatever the settings say. */
import { HELPER_NAMES, type HelperName } from '@bauta/config'
import type { Helper } from './helper.ts'

export const HELPERS: readonly Helper[] = []

/** What the table stores: 1 upwards; 0 is none. */
export const helperNumber = (name: HelperName): number => HELPER_NAMES.indexOf(name) + 1

/** By that number. */
export const helperByNumber: readonly (Helper | undefined)[] = [
  undefined,
  ...HELPER_NAMES.map((name) => HELPERS.find((helper) => helper.name === name)),
]

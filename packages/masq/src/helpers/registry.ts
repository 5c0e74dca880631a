/** Every helper there is. One that is not listed here cannot be bound, whatever the settings say. */
import { HELPER_NAMES, type HelperName } from '@bauta/config'
import { ftp } from './ftp.ts'
import type { Helper } from './helper.ts'
import { irc } from './irc.ts'
import { tftp } from './tftp.ts'

export const HELPERS: readonly Helper[] = [ftp, irc, tftp]

/** What the table stores: 1 upwards; 0 is none. */
export const helperNumber = (name: HelperName): number => HELPER_NAMES.indexOf(name) + 1

/** By that number. */
export const helperByNumber: readonly (Helper | undefined)[] = [
  undefined,
  ...HELPER_NAMES.map((name) => HELPERS.find((helper) => helper.name === name)),
]

/** Every helper there is. One that is not listed here cannot be bound, whatever the settings say. */
import { HELPER_NAMES, type HelperName } from '@bauta/config'
import { cuseeme } from './cuseeme.ts'
import { ftp } from './ftp.ts'
import { h323 } from './h323.ts'
import type { Helper } from './helper.ts'
import { icq } from './icq.ts'
import { irc } from './irc.ts'
import { pptp } from './pptp.ts'
import { quake } from './quake.ts'
import { raudio } from './raudio.ts'
import { rtsp } from './rtsp.ts'
import { sip } from './sip.ts'
import { tftp } from './tftp.ts'
import { vdolive } from './vdolive.ts'

export const HELPERS: readonly Helper[] = [
  ftp,
  irc,
  raudio,
  rtsp,
  vdolive,
  cuseeme,
  quake,
  icq,
  pptp,
  h323,
  tftp,
  sip,
]

/** What the table stores: 1 upwards; 0 is none. */
export const helperNumber = (name: HelperName): number => HELPER_NAMES.indexOf(name) + 1

/** By that number. */
export const helperByNumber: readonly (Helper | undefined)[] = [
  undefined,
  ...HELPER_NAMES.map((name) => HELPERS.find((helper) => helper.name === name)),
]

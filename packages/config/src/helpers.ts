/**
 * Protocol helpers: which of them read along, and on which ports. A helper opens a way in for the machine that asked for it, so each
 * is off until somebody wants it, except FTP, whose active mode households still meet.
 *
 * A helper that is missing in what is read is off and has its usual ports; what comes out has all of them, in the order of their names.
 */
import { z } from 'zod'
import { HELPER_NAMES, HELPERS, type HelperName } from './helper-names.ts'

/** MAX_MASQ_APP_PORTS of 2.2. */
export const MAX_HELPER_PORTS = 12

/** As people call them. */
export const HELPER_TITLES: Readonly<Record<HelperName, string>> = {
  ftp: 'FTP',
  irc: 'IRC',
  raudio: 'RealAudio',
  rtsp: 'RTSP',
  vdolive: 'VDOLive',
  cuseeme: 'CU-SeeMe',
  quake: 'Quake',
  icq: 'ICQ',
  pptp: 'PPTP',
  h323: 'H.323',
  tftp: 'TFTP',
  sip: 'SIP',
}

const port = z
  .int('a port is a whole number')
  .min(1, 'ports begin at 1')
  .max(65535, 'the highest port is 65535')

export const helperSchema = z
  .strictObject({
    name: z.enum(HELPER_NAMES, {
      error: ({ input }) => `“${String(input)}” is no helper of the box; it has ${HELPER_NAMES.join(', ')}`,
    }),
    enabled: z.boolean(),
    /** Replaces the usual ones, as `ports=` did with a module of 2.2. */
    ports: z.array(port).min(1, 'which port? Write at least one; to have no helper, switch it off'),
  })
  .superRefine(({ ports }, context) => {
    const fault = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message })
    if (ports.length > MAX_HELPER_PORTS)
      fault(
        ['ports'],
        `at most ${MAX_HELPER_PORTS} ports for one helper, as in Linux 2.2 (MAX_MASQ_APP_PORTS); these are ${ports.length}`,
      )
    ports.forEach((one, i) => {
      if (ports.indexOf(one) !== i) fault(['ports', i], `${one} is listed twice`)
    })
  })
export type Helper = z.infer<typeof helperSchema>

export const helpersSchema = z
  .strictObject({ list: z.array(helperSchema).max(HELPER_NAMES.length, 'each helper once') })
  .superRefine(({ list }, context) => {
    const fault = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message })
    list.forEach((helper, i) => {
      const before = list.slice(0, i)
      if (before.some(({ name }) => name === helper.name))
        fault(['list', i, 'name'], `${HELPER_TITLES[helper.name]} is listed twice`)
      if (!helper.enabled) return
      helper.ports.forEach((one, at) => {
        const other = before.find((earlier) => claims(earlier, helper.name, one))
        if (other)
          fault(
            ['list', i, 'ports', at],
            `${one} has the helper for ${HELPER_TITLES[other.name]} already; a port has one helper`,
          )
      })
    })
  })
  .transform((helpers) => ({ list: HELPER_NAMES.map((name) => helperOf(helpers, name)) }))
export type Helpers = z.infer<typeof helpersSchema>

const claims = (helper: Helper, name: HelperName, one: number): boolean =>
  helper.enabled &&
  helper.name !== name &&
  HELPERS[helper.name].protocol === HELPERS[name].protocol &&
  helper.ports.includes(one)

/** Fresh boxes, and what settings mean that were written before there were helpers. */
export const HELPERS_AT_FIRST: Helpers = {
  list: HELPER_NAMES.map((name) => ({ name, enabled: name === 'ftp', ports: [...HELPERS[name].ports] })),
}

/** @returns what the settings say of one, or its usual ports and off */
export function helperOf({ list }: { list: readonly Helper[] }, name: HelperName): Helper {
  return (
    list.find((helper) => helper.name === name) ?? { name, enabled: false, ports: [...HELPERS[name].ports] }
  )
}

/** @returns the same with one of them replaced */
export const withHelper = (helpers: Helpers, helper: Helper): Helpers => ({
  list: HELPER_NAMES.map((name) => (name === helper.name ? helper : helperOf(helpers, name))),
})

/** @returns `TCP port 21`, `UDP ports 26000 and 27000` */
export function helperPortWords({ name, ports }: Pick<Helper, 'name' | 'ports'>): string {
  const list = ports.map(String)
  const words = list.length > 1 ? `${list.slice(0, -1).join(', ')} and ${list.at(-1)}` : list[0]
  return `${HELPERS[name].protocol.toUpperCase()} port${list.length > 1 ? 's' : ''} ${words}`
}

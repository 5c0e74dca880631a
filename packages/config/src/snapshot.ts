/** The whole of the settings as one value: what a revision stores, what the dataplane applies and reads back at start. */
import { z } from 'zod'
import { dnsSchema } from './dns.ts'
import { interfacesSchema } from './interfaces.ts'
import { PORT_PRESETS, portsSchema } from './ports.ts'
import { anyRule, rulesSchema } from './rules.ts'
import { TIMEOUT_PRESETS, timeoutsSchema } from './timeouts.ts'

/** One noun, one schema; the key is the noun's name everywhere. */
export const nouns = {
  interfaces: interfacesSchema,
  rules: rulesSchema,
  timeouts: timeoutsSchema,
  ports: portsSchema,
  dns: dnsSchema,
} as const
export type Noun = keyof typeof nouns
export const NOUNS = Object.keys(nouns) as Noun[]

export const snapshotSchema = z.strictObject({ format: z.literal(1), ...nouns })
export type Snapshot = z.infer<typeof snapshotSchema>

/**
 * The safe default: the household may reach the Internet and the box, nothing may come in uninvited.
 * @param interfaces known roles; with none, the rules stand ready and match nothing
 */
export function defaultSnapshot(interfaces: Snapshot['interfaces']['list'] = []): Snapshot {
  return {
    format: 1,
    interfaces: { list: interfaces },
    rules: {
      chains: [
        {
          name: 'input',
          policy: 'DENY',
          rules: [
            {
              ...anyRule(1),
              comment: 'the household may talk to the box and through it',
              inInterface: { name: '@lan', invert: false },
              target: { verdict: 'ACCEPT' },
            },
            {
              ...anyRule(2),
              comment: 'answers to connections that began inside',
              inInterface: { name: '@wan', invert: false },
              connection: 'known',
              target: { verdict: 'ACCEPT' },
            },
          ],
        },
        {
          name: 'forward',
          policy: 'DENY',
          rules: [
            {
              ...anyRule(3),
              comment: 'the household goes out under one address',
              inInterface: { name: '@lan', invert: false },
              outInterface: { name: '@wan', invert: false },
              target: { verdict: 'MASQ' },
            },
          ],
        },
        { name: 'output', policy: 'ACCEPT', rules: [] },
      ],
    },
    timeouts: { ...TIMEOUT_PRESETS.standard },
    ports: { ...PORT_PRESETS.standard },
    dns: {
      enabled: true,
      upstreams: [],
      domains: [],
      hosts: [],
      localDomain: 'home.arpa',
      cacheSize: 10_000,
      rebindProtection: true,
      rebindAllow: [],
    },
  }
}

/** One thing wrong with a setting. `path` leads to the field, as in `['chains', 1, 'rules', 0, 'source', 'network']`. */
export interface Fault {
  path: (string | number)[]
  message: string
}

/** @returns the faults of a zod error, in order */
export function faultsOf(error: z.ZodError): Fault[] {
  return error.issues.map((issue) => ({
    path: issue.path.filter((part) => typeof part !== 'symbol'),
    message: issue.message,
  }))
}

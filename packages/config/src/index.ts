/** The settings of Bauta: one zod schema per noun, and the snapshot of all. Browser-safe; imports only zod. */
export * from './address.ts'
export * from './describe.ts'
export * from './dns.ts'
export * from './interfaces.ts'
export * from './ports.ts'
export * from './rules.ts'
export * from './snapshot.ts'
export * from './timeouts.ts'

/** The dataplane's API: schemas and a typed client. `@bauta/control/schemas` alone is browser-safe. */
export * from './client.ts'
export * from './commands.ts'
export * from './schemas.ts'

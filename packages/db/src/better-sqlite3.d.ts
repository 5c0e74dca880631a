/** The little of better-sqlite3 that the migration runner uses; the package brings no types. */
declare module 'better-sqlite3' {
  interface Statement {
    all(...values: unknown[]): unknown[]
    run(...values: unknown[]): unknown
  }
  export default class Database {
    constructor(file: string, options?: { timeout?: number })
    exec(sql: string): this
    prepare(sql: string): Statement
    pragma(text: string): unknown
    transaction(work: () => void): { immediate(): void }
    close(): this
  }
}

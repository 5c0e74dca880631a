/** What the web process is told by its environment; read once, at start. */
export interface Environment {
  /** file of the settings database */
  database: string
  /** unix socket of the dataplane */
  dataplane: string
  /** unix socket for the command line of the box; null: none */
  commands: string | null
  port: number
  /** address to listen on */
  host: string
  /** further names that the Host header may hold, lower case */
  hosts: string[]
}

export function readEnvironment(env: Record<string, string | undefined>): Environment {
  const port = Number(env.PORT ?? 80)
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Error(`PORT is “${env.PORT}”; write a number from 0 to 65535`)
  return {
    database: env.BAUTA_DATABASE ?? '/var/lib/bauta/settings.db',
    dataplane: env.BAUTA_DATAPLANE ?? '/run/bauta/dataplane.sock',
    commands: env.BAUTA_COMMANDS || null,
    port,
    host: env.HOST ?? '0.0.0.0',
    hosts: (env.BAUTA_HOSTS ?? '')
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter(Boolean),
  }
}

/**
 * The web process: `node src/server.ts`, with Node 24, after `next build`.
 *
 * Environment: BAUTA_DATABASE (file), BAUTA_DATAPLANE (socket), BAUTA_COMMANDS (socket to make for the command line), PORT, HOST, BAUTA_HOSTS (further names, comma separated),
 * BAUTA_DIST (folder of the build). Migrations run first; then the dataplane is brought in step while Next gets ready.
 * Ends on SIGTERM and SIGINT; a kill at any moment loses nothing that was answered.
 */
import { existsSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import path from 'node:path'
import { migrate, setAsideIfDamaged } from '@bauta/db'
import nextConfig from '../next.config.ts'
import { openCommandSocket } from './server/command-socket.ts'
import { readEnvironment } from './server/environment.ts'
import { createFront } from './server/http-server.ts'
import { openServices } from './server/services.ts'

// Next looks at it while it loads.
Object.assign(process.env, { NODE_ENV: 'production' })
// The database holds password hashes: for this user only.
process.umask(0o077)

const say = (line: string) => void process.stdout.write(`web: ${line.replaceAll('\n', '\n  ')}\n`)
const stop = (line: string): never => {
  process.stderr.write(`web: ${line}\n`)
  process.exit(1)
}

/** What fails here is for whoever starts it to mend: the reason, and no stack. */
function orStop<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    return stop((error as Error).message)
  }
}

const environment = orStop(() => readEnvironment(process.env))
const folder = path.join(import.meta.dirname, '..')
if (!existsSync(path.join(folder, nextConfig.distDir ?? '.next', 'BUILD_ID')))
  stop(
    `there are no built pages in ${path.join(folder, nextConfig.distDir ?? '.next')}; run next build first`,
  )

const damage = orStop(() => setAsideIfDamaged(environment.database))
if (damage) say(damage)
const applied = orStop(() => migrate(environment.database))
if (applied.length > 0) say(`database ${environment.database}: applied ${applied.join(', ')}`)
const services = openServices({ ...environment, say })

const { default: next } = await import('next')
const pages = next({ dev: false, dir: folder, conf: nextConfig, quiet: true })
await Promise.all([pages.prepare(), services.keepInStep.start()])

const server = createFront({
  hosts: services.hosts,
  pages: pages.getRequestHandler(),
  freshSince: () => services.confirmations.freshSince,
  say,
})
server.on('error', (error: NodeJS.ErrnoException) =>
  stop(`cannot listen on ${environment.host} port ${environment.port}: ${error.message}`),
)
server.listen(environment.port, environment.host, () => {
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : environment.port
  say(`ready on http://${environment.host}:${port} after ${Math.round(performance.now())} ms`)
  // Where NODE_COMPILE_CACHE is set, which makes the next start a third shorter; otherwise it would be written at the end, if there is one.
  flushCompileCache()
})

// The pages do without it.
const commandSocket = environment.commands
  ? await openCommandSocket(environment.commands, services.commands, say).catch((error: Error) => {
      say(`the command line cannot change settings: ${error.message}`)
      return null
    })
  : null

const end = async () => {
  await commandSocket?.close()
  server.close()
  server.closeAllConnections()
  await pages.close()
  await services.close()
  process.exit(0)
}
process.once('SIGTERM', end)
process.once('SIGINT', end)

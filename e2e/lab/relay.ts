/**
 * `node relay.ts LISTEN CONNECT`: hands every connection on. Each end is `unix:/path` or `tcp:address:port`; port 0, or
 * one that is taken, becomes any free one, which is printed. Two of them lead from the machine's loopback into the router: one listens on 127.0.0.1 outside and
 * connects to a unix socket, the other listens on that socket inside. (A unix socket does not mind namespaces.)
 */
import { rmSync } from 'node:fs'
import net from 'node:net'

const [listen = '', connect = ''] = process.argv.slice(2)

function endpoint(text: string): { path: string } | { host: string; port: number } {
  const [kind, first = '', port] = text.split(':')
  return kind === 'unix' ? { path: first } : { host: first, port: Number(port) }
}

const from = endpoint(listen)
const to = endpoint(connect)
if ('path' in from) rmSync(from.path, { force: true })

const server = net.createServer({ allowHalfOpen: true }, (left) => {
  const right = net.connect({ ...to, allowHalfOpen: true })
  // what is still on its way to the slower side is delivered first
  left.on('error', () => right.destroy()).on('close', () => right.destroySoon())
  right.on('error', () => left.destroy()).on('close', () => left.destroySoon())
  left.pipe(right).pipe(left)
})
server.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EADDRINUSE' && 'port' in from && from.port !== 0) {
    server.listen({ ...from, port: 0 })
    return
  }
  console.error(error.message)
  process.exit(1)
})
server.on('listening', () => {
  const address = server.address()
  console.log(`listening ${typeof address === 'string' ? address : address?.port}`)
})
server.listen(from)

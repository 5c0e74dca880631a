/**
 * The small Internet in one process: `node internet.ts ADDRESS…` runs every service on every address (SERVICES in plan.ts).
 * Each address gets sockets of its own, so that a UDP answer leaves from the address that was asked.
 */
import type dgram from 'node:dgram'
import { once } from 'node:events'
import type net from 'node:net'
import * as echo from './internet/echo-servers.ts'
import { ftpServer } from './internet/ftp-server.ts'
import { httpServer } from './internet/http-server.ts'
import { SERVICES } from './plan.ts'

const TCP: [port: number, make: () => net.Server][] = [
  [SERVICES.http, httpServer],
  [SERVICES.ftp, ftpServer],
  [SERVICES.echo, echo.tcpEcho],
  [SERVICES.discard, echo.tcpDiscard],
  [SERVICES.whoami, echo.tcpWhoami],
]
const UDP: [port: number, make: () => dgram.Socket][] = [
  [SERVICES.echo, echo.udpEcho],
  [SERVICES.discard, echo.udpDiscard],
  [SERVICES.whoami, echo.udpWhoami],
]
/** Room for the bursts that benches and floods send. */
const RECEIVE_BUFFER = 4 << 20
const BACKLOG = 4096

async function serve(address: string): Promise<void> {
  for (const [port, make] of TCP)
    await once(make().listen({ port, host: address, backlog: BACKLOG }), 'listening')
  for (const [port, make] of UDP) {
    const socket = make()
    socket.bind(port, address)
    await once(socket, 'listening')
    socket.setRecvBufferSize(RECEIVE_BUFFER)
  }
}

for (const address of process.argv.slice(2)) await serve(address)
console.log('ready')

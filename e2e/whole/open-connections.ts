/**
 * `node open-connections.ts COUNT ADDRESS…`: one UDP packet to each of so many ports of the addresses, from one socket. Each
 * is a connection of its own to the box. Paced, so that the box's queues do not overflow.
 */
import dgram from 'node:dgram'
import { setTimeout as pause } from 'node:timers/promises'

const FIRST_PORT = 10_000
const BATCH = 100
const PAUSE_MS = 8

const [count = '0', ...addresses] = process.argv.slice(2)
const socket = dgram.createSocket('udp4')
socket.on('error', () => {})
const payload = Buffer.from('x')
const send = (port: number, address: string) =>
  new Promise((resolve) => socket.send(payload, port, address, resolve))
for (let i = 0; i < Number(count); i += BATCH) {
  const batch = Array.from({ length: BATCH }, (_, k) => i + k)
  await Promise.all(
    batch.map((n) => send(FIRST_PORT + Math.floor(n / addresses.length), addresses[n % addresses.length]!)),
  )
  await pause(PAUSE_MS)
}
socket.close()

/**
 * `node readers.ts SOCKET COUNT`: reads the live stream of connections so many times at once, as open pages of connections do, and prints
 * after every event how many there were in all.
 */
import { DataplaneClient } from '@bauta/control'

/** What the page of connections asks for. */
const PAGE = '/v1/connections/stream?sort=rate&direction=desc&offset=0&limit=100'
const EVENT_END = '\n\n'

async function readOn(dataplane: DataplaneClient, event: () => void): Promise<void> {
  const stream = await dataplane.stream(PAGE, new AbortController().signal)
  if (stream.statusCode !== 200) throw new Error(`the stream was refused: ${stream.statusCode}`)
  stream.setEncoding('utf8')
  // an event's end may come in two pieces
  let last = ''
  stream.on('data', (text: string) => {
    const piece = last + text
    for (let i = piece.split(EVENT_END).length - 1; i > 0; i--) event()
    last = piece.endsWith(EVENT_END) ? '' : piece.slice(-1)
  })
}

const [socket = '', count = ''] = process.argv.slice(2)
let events = 0
const note = () => console.log(++events)
const dataplane = new DataplaneClient(socket)
await Promise.all(Array.from({ length: Number(count) }, () => readOn(dataplane, note)))

/**
 * Passes the dataplane's event streams on to browsers.
 *
 * Bounded: so many streams in all, and so many bytes waiting for a slow reader; a reader that is slower is hung up on, and
 * its browser dials again. A stream ends when its reader leaves, when the dataplane ends it, and when the reader's
 * session is over.
 */
import type { IncomingMessage } from 'node:http'
import type { DataplaneClient } from '@bauta/control'
import { Problem } from './problem.ts'

const WAITING_MAX = 2 * 1024 * 1024
const LIMITS = { streams: 64, checkEveryMs: 15_000 }

export class LiveStreams {
  readonly #dataplane: DataplaneClient
  readonly #limits: typeof LIMITS
  #open = 0

  constructor(dataplane: DataplaneClient, limits = LIMITS) {
    this.#dataplane = dataplane
    this.#limits = limits
  }

  get count(): number {
    return this.#open
  }

  /**
   * @param path of the dataplane's stream
   * @param gone ends when the reader does
   * @param allowed asked now and then whether the reader may still read
   */
  async open(path: string, gone: AbortSignal, allowed: () => Promise<boolean>): Promise<Response> {
    if (this.#open >= this.#limits.streams)
      throw new Problem(503, 'Too many live pages are open; close some of them and load this one again.')
    this.#open++
    const stop = new AbortController()
    const end = () => stop.abort()
    gone.addEventListener('abort', end, { once: true })
    const check = setInterval(() => {
      allowed().then(
        (yes) => yes || end(),
        () => end(),
      )
    }, this.#limits.checkEveryMs)
    stop.signal.addEventListener('abort', () => {
      this.#open--
      clearInterval(check)
      gone.removeEventListener('abort', end)
    })
    try {
      if (gone.aborted) end()
      const source = await this.#dataplane.stream(path, stop.signal)
      if (source.statusCode !== 200) throw new Problem(502, `The dataplane answered ${source.statusCode}.`)
      return new Response(pass(source, end), {
        headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform' },
      })
    } catch (error) {
      end()
      throw error
    }
  }
}

function pass(source: IncomingMessage, end: () => void): ReadableStream<Uint8Array> {
  let open = true
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const close = () => {
          if (!open) return
          open = false
          controller.close()
          end()
        }
        source.on('data', (chunk: Buffer) => {
          if (!open) return
          controller.enqueue(new Uint8Array(chunk))
          if ((controller.desiredSize ?? 0) < -WAITING_MAX) close()
        })
        source.on('close', close)
        source.on('error', close)
      },
      cancel() {
        open = false
        end()
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 64 * 1024 }),
  )
}

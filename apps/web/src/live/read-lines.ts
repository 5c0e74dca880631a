import { ApiError, UNREACHABLE } from './api.ts'

/** How often a file is looked at; one of a big table is megabytes long, and the box prints it anew each time. */
export const lookEvery = (connections: number): number => (connections > 2000 ? 5000 : 1000)

export interface Lines {
  lines: string[]
  complete: boolean
}

/** Reads the first lines of a text and lets go of the rest: the box stops printing when nobody reads on. */
export async function readLines(path: string, most: number, signal: AbortSignal): Promise<Lines> {
  const reply = await fetch(path, { signal, cache: 'no-store' }).catch((error: unknown) => {
    if (signal.aborted) throw error
    throw new ApiError(0, UNREACHABLE)
  })
  if (!reply.ok || !reply.body)
    throw new ApiError(reply.status, `The box did not show ${path} (${reply.status}). Load the page again.`)
  return takeLines(reply.body.pipeThrough(new TextDecoderStream()), most)
}

export async function takeLines(text: ReadableStream<string>, most: number): Promise<Lines> {
  const reader = text.getReader()
  let kept = ''
  let newlines = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return { lines: split(kept), complete: true }
    kept += value
    newlines += value.split('\n').length - 1
    if (newlines > most) {
      await reader.cancel()
      return { lines: split(kept).slice(0, most), complete: false }
    }
  }
}

const split = (text: string): string[] => text.replace(/\n$/, '').split('\n')

import { DataplaneClient } from '@bauta/control'
import { expect, it } from 'vitest'
import { LiveStreams } from './live-streams.ts'
import { type Bench, openBench } from './testing.ts'

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const streamsOf = (bench: Bench, limits?: { streams: number; checkEveryMs: number }) =>
  new LiveStreams(new DataplaneClient(bench.services.dataplane.socketPath), limits)
const always = async () => true

it('passes on what the dataplane says, until the reader leaves', async () => {
  await using bench = await openBench()
  const streams = streamsOf(bench)
  const gone = new AbortController()
  const reply = await streams.open('/v1/status/stream', gone.signal, always)
  expect(reply.headers.get('content-type')).toBe('text/event-stream')
  const reader = reply.body!.getReader()
  const { value } = await reader.read()
  expect(new TextDecoder().decode(value)).toMatch(/^event: status\ndata: \{/)
  expect(bench.dataplane.streams()).toBe(1)
  await reader.cancel()
  await wait(50)
  expect([streams.count, bench.dataplane.streams()]).toEqual([0, 0])
})

it('ends when the request is aborted, and when the dataplane goes away', async () => {
  await using bench = await openBench()
  const streams = streamsOf(bench)
  const gone = new AbortController()
  await streams.open('/v1/status/stream', gone.signal, always)
  gone.abort()
  await wait(50)
  expect([streams.count, bench.dataplane.streams()]).toEqual([0, 0])

  const reply = await streams.open('/v1/status/stream', new AbortController().signal, always)
  await bench.dataplane.close()
  const reader = reply.body!.getReader()
  while (!(await reader.read()).done);
  expect(streams.count).toBe(0)
})

it('are bounded in number', async () => {
  await using bench = await openBench()
  const streams = streamsOf(bench, { streams: 2, checkEveryMs: 1000 })
  const gone = new AbortController()
  await streams.open('/v1/status/stream', gone.signal, always)
  await streams.open('/v1/status/stream', gone.signal, always)
  await expect(streams.open('/v1/status/stream', gone.signal, always)).rejects.toMatchObject({ status: 503 })
  gone.abort()
  await streams.open('/v1/status/stream', AbortSignal.timeout(50), always)
})

it('end with the session of the reader', async () => {
  await using bench = await openBench()
  const streams = streamsOf(bench, { streams: 2, checkEveryMs: 10 })
  let loggedIn = true
  const reply = await streams.open('/v1/status/stream', new AbortController().signal, async () => loggedIn)
  const reader = reply.body!.getReader()
  await reader.read()
  loggedIn = false
  while (!(await reader.read()).done);
  expect(streams.count).toBe(0)
})

it('do not pile up for a reader that does not read', async () => {
  await using bench = await openBench()
  const streams = streamsOf(bench)
  await streams.open('/v1/connections/stream?limit=500', new AbortController().signal, always)
  for (let i = 0; i < 100 && streams.count > 0; i++) await wait(30)
  expect(streams.count).toBe(0)
})

it('count nothing when the dataplane is away', async () => {
  await using bench = await openBench()
  const streams = streamsOf(bench)
  await bench.dataplane.close()
  await expect(streams.open('/v1/status/stream', new AbortController().signal, always)).rejects.toThrow()
  expect(streams.count).toBe(0)
})

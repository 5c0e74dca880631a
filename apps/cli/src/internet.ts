/** `bauta internet`: the connections and how they are. */
import type { InternetConnectionStatus, InternetStatus } from '@bauta/control'
import { formatAmount, formatDuration, formatTable, printable } from './format.ts'

const EVENTS = 10

export function formatInternet({ connections, events }: InternetStatus, now = Date.now()): string {
  const table = formatTable([
    ['Connection', 'Kind', 'State', 'Address', 'Down', 'Up'],
    ...connections.map((one) => [
      `${one.inUse ? '*' : ' '} ${printable(one.name)}`,
      one.kind,
      state(one, now),
      one.address ?? '-',
      formatAmount(one.rate.down, 'bit/s'),
      formatAmount(one.rate.up, 'bit/s'),
    ]),
  ])
  const problems = connections.flatMap(({ name, problem }) =>
    problem ? [`${printable(name)}: ${printable(problem)}\n`] : [],
  )
  const happened = events
    .slice(0, EVENTS)
    .map(({ at, who, connection, text }) => [
      new Date(at).toISOString().slice(0, 19).replace('T', ' '),
      who,
      printable(connection),
      printable(text),
    ])
  return [table, ...problems, happened.length > 0 ? `\n${formatTable(happened)}` : ''].join('')
}

function state({ state: now, since, inUse, nextAttemptAt }: InternetConnectionStatus, at: number): string {
  if (!inUse) return 'not in use'
  const again = nextAttemptAt ? `, again in ${formatDuration(Math.max(0, nextAttemptAt - at) / 1000)}` : ''
  return `${now} for ${formatDuration((at - since) / 1000)}${again}`
}

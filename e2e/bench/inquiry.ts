/** Asks over the router, or beside it, and says how long answers took. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Lab } from '../lab/lab.ts'
import { type Host, LAN, SERVERS } from '../lab/plan.ts'
import { isAlive, type ProcessRecord } from '../lab/processes.ts'
import { attempt, until } from '../lab/shell.ts'
import type { Answers, Inquiry } from './endpoint.ts'
import type { Figures } from './scenario.ts'

const ENDPOINT = path.join(import.meta.dirname, 'endpoint.ts')
/** Port of the servers that answer. */
export const INQUIRIES = 9001
/** Starting, warming up, and answers that are waited for in vain. */
const GRACE_SECONDS = 20
/** Share of questions without an answer from which on their times say nothing. */
const LOSS_ALLOWED = 0.01

/**
 * The instruments do not wait for a processor behind the load that they measure beside; where the system allows it.
 * @returns words to put before a command
 */
const AT_ONCE = ['chrt', '--fifo', '50']
export const realTime: boolean = attempt([...AT_ONCE, 'true'])
export const prompt: readonly string[] = realTime ? AT_ONCE : []

/** Where answers come from: a server at the provider, or the household's other machine, which the switch reaches without the router. */
const ANSWERING = { isp: SERVERS['echo.example.org'], lan2: LAN.lan2 } as const
export type Answering = keyof typeof ANSWERING

export async function serveInquiries(lab: Lab, host: Answering): Promise<void> {
  for (const protocol of ['udp', 'tcp'] as const)
    await serveAnswers(lab, protocol, { host, address: ANSWERING[host], port: INQUIRIES })
}

/** A server that says back what it is told. @returns once it listens */
export async function serveAnswers(
  lab: Lab,
  protocol: 'udp' | 'tcp',
  { host, address, port }: { host: Host; address: string; port: number },
): Promise<ProcessRecord> {
  const role = `answers-${host}-${protocol}-${port}`
  const words = [process.execPath, ENDPOINT, 'serve', protocol, address, String(port)]
  const server = lab.start(role, host, [...prompt, ...words])
  await until(`${role} ready`, 10, () => {
    const said = readFileSync(server.log, 'utf8')
    if (!isAlive(server)) throw new Error(`${role} ended: ${said.trim().slice(-300)}`)
    return said.includes('ready')
  })
  return server
}

/** @throws where more went unanswered than may */
export function inquire(
  lab: Lab,
  from: Host,
  of: Answering,
  order: Omit<Inquiry, 'server' | 'port'>,
): Answers {
  const inquiry: Inquiry = { ...order, server: ANSWERING[of], port: INQUIRIES }
  const bound = ['timeout', String(Math.ceil(order.seconds + GRACE_SECONDS))]
  const words = [process.execPath, ENDPOINT, 'ask', JSON.stringify(inquiry)]
  const answers = JSON.parse(lab.run(from, [...bound, ...prompt, ...words])) as Answers
  const { count, lost } = answers
  if (count === 0 || lost > count * LOSS_ALLOWED)
    throw new Error(`${lost} of ${count} questions over ${order.protocol} (${order.kind}) had no answer`)
  return answers
}

/** Fewer say nothing about one in a thousand. */
const ENOUGH_FOR_P999 = 1000

/** @returns figures named PREFIX and the share */
export const named = (prefix: string, { count, p50, p99, p999 }: Answers): Figures => ({
  [`${prefix}P50`]: p50,
  [`${prefix}P99`]: p99,
  ...(count < ENOUGH_FOR_P999 ? {} : { [`${prefix}P999`]: p999 }),
})

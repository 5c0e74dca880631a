import { traceRequestSchema } from '@bauta/control/schemas'
import { expect, it } from 'vitest'
import { Bench, benchConfig, LAN, WAN } from '../path/bench.ts'
import { HELPER_SETTINGS } from '../path/golden-helpers.ts'
import { framesFromText } from '../path/packet-text.ts'
import { RuleSlots } from '../rule-slots.ts'
import { Tracer } from './tracer.ts'

const CLIENT = '192.168.77.11:40000'
const SERVER = '93.184.216.34:21'
const BOX = '198.51.100.2:40000'

it.each(['helpers', 'nf-helpers'])(
  'what a helper waits for is let in, and which connection announced it is said: %s',
  (settings) => {
    const options = HELPER_SETTINGS[settings]!
    const bench = new Bench(options)
    const send = (from: number, text: string) => bench.receive(from, framesFromText(text)[0]!)
    send(LAN, `tcp ${CLIENT} > ${SERVER} [S] seq 1000`)
    send(WAN, `tcp ${SERVER} > ${BOX} [S.] seq 5000 ack 1001`)
    send(WAN, `tcp ${SERVER} > ${BOX} [P.] seq 5001 ack 1001 say "220 welcome\\r\\n"`)
    send(LAN, `tcp ${CLIENT} > ${SERVER} [P.] seq 1001 ack 5014 say "PORT 192,168,77,11,156,65\\r\\n"`)
    const config = benchConfig(options, new RuleSlots(bench.counters))
    const tracer = new Tracer({ config, snapshot: options.snapshot!, table: bench.table, now: bench.now })
    const question = { from: '93.184.216.34', to: '198.51.100.2', protocol: 6, sourcePort: 20, port: 40_001 }
    const { way } = tracer.trace(traceRequestSchema.parse(question))
    expect(way).toMatchObject({
      outcome: 'carried',
      after: { destination: '192.168.77.11', destinationPort: 40_001 },
    })
    expect(way.stations.find(({ title }) => title === 'announced connection')?.text).toBe(
      `The helper for FTP waits for it: the connection ${CLIENT} → ${SERVER} has announced it.`,
    )
    expect(way.stations.find(({ kind }) => kind === 'open')?.text).toContain(
      'let in as announced, and led to 192.168.77.11:40001',
    )
    // Looking has not changed anything: it is still waited for.
    send(WAN, `tcp 93.184.216.34:20 > 198.51.100.2:40001 [S]`)
    expect(bench.table.lookupIn(6, 0xc6336402, 40_001, 0x5db8d822, 20)).toBeGreaterThanOrEqual(0)
  },
)

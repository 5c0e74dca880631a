/** A dataplane takes over from the one before: another version of the door in one step, a table that cannot be read not at all. */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import type { Connection } from '@bauta/control/schemas'
import { HEADER_WORD, LAYOUT_VERSION } from '@bauta/masq'
import { expect, it } from 'vitest'
import { SERVERS, SERVICES } from '../lab/plan.ts'
import { sleep, until } from '../lab/shell.ts'
import { describeLab } from './harness/lab-test.ts'

const ECHO = { address: SERVERS['echo.example.org'], port: SERVICES.echo }
const UPGRADES = 5
/** An earlier one. */
const OTHER_VERSION = LAYOUT_VERSION - 1

describeLab('a dataplane that takes over from another', { wan: 'eth' }, (stage) => {
  const signal = (name: NodeJS.Signals) =>
    process.kill(Number(readFileSync(stage.lab.record.dataplane.pidFile, 'utf8')), name)
  const startedAt = async () => (await stage.dataplane.status().catch(() => null))?.startedAt ?? 0
  const rowOf = async (port: number): Promise<Connection> => {
    const { rows } = await stage.dataplane.connections({ q: `port:${port}` })
    expect(rows).toHaveLength(1)
    return rows[0]!
  }
  const asker = async (localPort: number) => {
    const handle = await stage.on.lan1.udpOpen({ localPort })
    return () => stage.on.lan1.udpAsk({ handle, to: ECHO, text: 'still there?' })
  }
  /** Asks until the kernel carries. @returns how often */
  const untilCarried = async (port: number, ask: () => Promise<string | null>): Promise<number> => {
    let asked = 0
    await until('the kernel carries', 5, async () => {
      for (let i = 0; i < 20; i++, asked++) expect(await ask()).toBe('still there?')
      return (await rowOf(port)).carried.by === 'kernel'
    })
    return asked
  }

  /** The kernel's numbers of the programs at both devices, in and out. */
  const programs = () =>
    ['lan0', 'wan0'].flatMap((device) =>
      ['ingress', 'egress'].map((side) => {
        const filters = stage.lab.run('router', ['tc', 'filter', 'show', 'dev', device, side])
        return Number(/direct-action.*? id (\d+)/.exec(filters)![1])
      }),
    )

  it('with programs of its own: every one is replaced, no carried packet lost, the table goes on', async () => {
    const ask = await asker(38_000)
    let asked = await untilCarried(38_000, ask)
    const first = await rowOf(38_000)
    let lost = 0
    for (let upgrade = 0; upgrade < UPGRADES; upgrade++) {
      const before = await startedAt()
      const old = programs()
      asked += await untilCarried(38_000, ask)
      signal('SIGTERM')
      const end = performance.now() + 15_000
      // Until the new one is there, and all that it does at its start is over.
      for (let after = 0; after < 300; ) {
        asked++
        if ((await ask()) === null) lost++
        if (performance.now() > end) throw new Error('no dataplane came back')
        if (after > 0 || (asked % 20 === 0 && (await startedAt()) > before)) after++
      }
      expect(programs().filter((id) => old.includes(id))).toEqual([])
    }
    console.log(`${lost} of ${asked} questions lost over ${UPGRADES} upgrades`)
    expect(lost).toBe(0)
    await sleep(700)
    const { id, masqPort, packetsOut, packetsIn } = await rowOf(38_000)
    expect({ id, masqPort, packetsOut, packetsIn }).toEqual({
      id: first.id,
      masqPort: first.masqPort,
      packetsOut: asked,
      packetsIn: asked,
    })
  })

  it('whose table has another layout: begins with an empty one, says so, and nothing of the old one is left', async () => {
    const ask = await asker(38_001)
    await untilCarried(38_001, ask)
    const before = await startedAt()
    const file = openSync(path.join(stage.lab.record.dataplane.run, 'table'), 'r+')
    writeSync(file, Int32Array.of(OTHER_VERSION), 0, 4, HEADER_WORD.version * 4)
    closeSync(file)
    signal('SIGKILL')
    const status = await until('a new dataplane', 10, async () => {
      const now = await stage.dataplane.status().catch(() => undefined)
      return now && now.startedAt > before && now.attention.find(({ kind }) => kind === 'table-lost')
    })
    const said = `laid out by version ${OTHER_VERSION}, and this Bauta knows version ${LAYOUT_VERSION}`
    expect(status.text).toContain(said)
    const { log } = stage.lab.record.processes.find(({ role }) => role === 'dataplane')!
    expect(readFileSync(log, 'utf8')).toContain(said)
    expect((await stage.dataplane.connections({ q: 'client:192.168.77.11' })).rows).toEqual([])

    // What was open is opened again by its next packet, counts from the beginning, and is carried again.
    const asked = await untilCarried(38_001, ask)
    await sleep(700)
    const opened = await rowOf(38_001)
    expect([opened.packetsOut, opened.packetsIn]).toEqual([asked, asked])

    // The table it began is one that the next takes over.
    const second = await startedAt()
    signal('SIGKILL')
    await until('the next dataplane', 10, async () => (await startedAt()) > second)
    expect((await rowOf(38_001)).id).toBe(opened.id)
    expect((await stage.dataplane.status()).attention.map(({ kind }) => kind)).not.toContain('table-lost')
  })
})

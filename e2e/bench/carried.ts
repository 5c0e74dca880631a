/** That a figure is of what it says: Bauta's setting tells who has to carry a connection that lasts. */
import { DataplaneClient } from '@bauta/control'
import type { Lab } from '../lab/lab.ts'

/** A connection may have lost its first packets on a busy machine, and not be worth handing out yet. */
const SHARE = 0.9
/** The most rows that the dataplane gives at once. */
const ROWS = 500

/**
 * @param port of the servers, over UDP: connections of TCP are closed by the time that they can be asked for
 * @throws where somebody else carries them than the setting `offload` says
 */
export async function checkCarried(lab: Lab, port: number): Promise<void> {
  if (lab.record.software !== 'bauta') return
  const dataplane = new DataplaneClient(lab.record.dataplane.socket)
  const { snapshot } = await dataplane.settings()
  const { rows } = await dataplane.connections({ q: `proto:udp port:${port}`, limit: ROWS })
  const asked = rows.filter(({ serverPort }) => serverPort === port)
  const wanted = snapshot.offload.mode === 'off' ? 'thread' : 'kernel'
  const others = asked.filter(({ carried }) => carried.by !== wanted)
  if (asked.length === 0) throw new Error(`no connection to port ${port} is in the table`)
  if (others.length > asked.length * (1 - SHARE))
    throw new Error(
      `${others.length} of ${asked.length} connections are not carried by the ${wanted}: ${others[0]!.carried.why}`,
    )
}

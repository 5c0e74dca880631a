/** The lab of one scenario. */
import { cpus, loadavg, release } from 'node:os'
import { OFFLOAD_WORDS, type OffloadMode, type Snapshot } from '@bauta/config'
import { DataplaneClient } from '@bauta/control'
import { Lab } from '../lab/lab.ts'
import type { Software } from '../lab/record.ts'
import { realTime } from './inquiry.ts'
import { CONGESTION_CONTROL } from './iperf.ts'

/** As many connections as the kernel's own table takes by default on such a machine. */
export const CAPACITY = 262_144
/** Thousands of rules, on a machine that is busy. */
const PATIENCE_MS = 60_000

export async function labFor(software: Software, mode: OffloadMode): Promise<Lab> {
  const lab = await Lab.up({
    name: `bench-${process.pid}`,
    software,
    web: false,
    owned: true,
    capacity: CAPACITY,
  })
  if (software !== 'bauta') return lab
  try {
    // one machine stands for a whole household here, so there is no limit for it
    await change(lab, (snapshot) => ({
      ...snapshot,
      ports: { ...snapshot.ports, perMachine: 0, perSecond: 0 },
      offload: { mode },
    }))
  } catch (error) {
    await lab.down()
    throw error
  }
  return lab
}

/** Applies other settings to Bauta in the lab. */
export async function change(lab: Lab, edit: (snapshot: Snapshot) => Snapshot): Promise<void> {
  const dataplane = new DataplaneClient(lab.record.dataplane.socket, PATIENCE_MS)
  const { revision, snapshot } = await dataplane.settings()
  await dataplane.apply({ revision: revision + 1, snapshot: edit(snapshot) })
}

/** What a figure cannot be read without. */
export function conditions(lab: Lab, mode: OffloadMode): Record<string, string> {
  const features = lab.run('lan1', ['ethtool', '-k', 'eth0'])
  const state = (feature: string) => new RegExp(`^${feature}: (\\w+)`, 'm').exec(features)?.[1] ?? 'unknown'
  const [tso, gso, gro] = [
    'tcp-segmentation-offload',
    'generic-segmentation-offload',
    'generic-receive-offload',
  ].map(state)
  return {
    kernel: release(),
    processors: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
    node: process.version,
    topology:
      'lan1 – bridge – router – provider, veth pairs in namespaces of one machine; generator and sink included in the cost',
    mtu: '1500',
    'congestion control': CONGESTION_CONTROL,
    segmentation: `TSO ${tso}, GSO ${gso}, GRO ${gro}, where not said otherwise`,
    'carried by the kernel': `${mode}: ${OFFLOAD_WORDS[mode]}`,
    instruments: realTime ? 'real-time priority' : 'ordinary priority: the system allows no other',
    'load of the machine before': loadavg()[0]!.toFixed(2),
  }
}

/** Bytes and packets per interface from /proc/net/dev, and the WAN's throughput over the last 300 seconds. */
import { readFileSync } from 'node:fs'
import type { Status } from '@bauta/control/schemas'

export interface Traffic {
  rxBytes: number
  rxPackets: number
  txBytes: number
  txPackets: number
}
export const NO_TRAFFIC: Traffic = { rxBytes: 0, rxPackets: 0, txBytes: 0, txPackets: 0 }

/** @param text of /proc/net/dev */
export function parseTraffic(text: string): Map<string, Traffic> {
  const rows = text.split('\n').slice(2).filter(Boolean)
  return new Map(
    rows.map((line) => {
      const [name = '', rest = ''] = line.split(/:(.*)/)
      const n = rest.trim().split(/\s+/).map(Number)
      return [name.trim(), { rxBytes: n[0]!, rxPackets: n[1]!, txBytes: n[8]!, txPackets: n[9]! }]
    }),
  )
}

export const readTraffic = (): Map<string, Traffic> => parseTraffic(readFileSync('/proc/net/dev', 'utf8'))

const HISTORY_SECONDS = 300

export class Throughput {
  rate: Status['rate'] = { down: 0, up: 0, packetsDown: 0, packetsUp: 0 }
  readonly history: Status['history'] = []
  #last: { device: string; traffic: Traffic } | null = null

  /** @param device the WAN, or null */
  sample(device: string | null, traffic: Traffic, seconds: number, at: number): void {
    const last = this.#last
    this.#last = device ? { device, traffic } : null
    const per = (now: number, before: number) => Math.max(0, now - before) / seconds
    if (!device || last?.device !== device) this.rate = { down: 0, up: 0, packetsDown: 0, packetsUp: 0 }
    else {
      const was = last.traffic
      this.rate = {
        down: per(traffic.rxBytes, was.rxBytes) * 8,
        up: per(traffic.txBytes, was.txBytes) * 8,
        packetsDown: per(traffic.rxPackets, was.rxPackets),
        packetsUp: per(traffic.txPackets, was.txPackets),
      }
    }
    this.history.push({ at, down: this.rate.down, up: this.rate.up })
    if (this.history.length > HISTORY_SECONDS) this.history.shift()
  }
}

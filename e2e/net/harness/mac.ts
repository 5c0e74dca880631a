import type { Lab } from '../../lab/lab.ts'
import type { Host } from '../../lab/plan.ts'

/** @returns the device's Ethernet address */
export const macOf = (lab: Lab, host: Host, device: string): string =>
  lab.run(host, ['cat', `/sys/class/net/${device}/address`]).trim()

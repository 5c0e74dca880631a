/**
 * The home network over the socket:
 *
 *   GET    /v1/lan                       LanStatus
 *   GET    /v1/ports                     PortList: the network ports of the hardware
 *   GET    /v1/devices                   DeviceList
 *   GET    /v1/devices/stream            SSE, event "devices": DeviceList every second
 *   DELETE /v1/leases/<address>          {ended: true} | 404
 *   GET    /v1/time                      TimeStatus
 */
import { z } from 'zod'

export const leaseSchema = z.object({
  address: z.string(),
  mac: z.string(),
  /** What the machine calls itself; null where it says nothing. */
  hostname: z.string().nullable(),
  /** ms since 1970 */
  expiresAt: z.number(),
  reserved: z.boolean(),
})
export type Lease = z.infer<typeof leaseSchema>

export const lanStatusSchema = z.object({
  /** `a.b.c.d/bits` of the box in the home network; null while it has none */
  address: z.string().nullable(),
  device: z.string().nullable(),
  /** Ports that the bridge joins, where there is one. */
  ports: z.array(z.string()),
  dhcp: z.object({
    running: z.boolean(),
    problem: z.string().nullable(),
    /** Addresses in the range, and how many of them nobody holds. */
    size: z.int(),
    free: z.int(),
    leases: z.array(leaseSchema),
  }),
  /** The provider's network overlaps with the home network: which, and what would mend it. */
  clash: z.object({ wan: z.string(), proposal: z.string(), text: z.string() }).nullable(),
})
export type LanStatus = z.infer<typeof lanStatusSchema>

export const portListSchema = z.object({
  ports: z.array(
    z.object({
      /** Name that the kernel gives it by its place in the hardware (enp1s0). */
      name: z.string(),
      role: z.enum(['lan', 'wan', 'unused']),
      mac: z.string().nullable(),
      /** “Intel I226-V”, “USB Ethernet”; null where the hardware does not say. */
      model: z.string().nullable(),
      driver: z.string().nullable(),
      carrier: z.boolean(),
      /** Mbit/s; null without a cable */
      speed: z.number().nullable(),
    }),
  ),
})
export type PortList = z.infer<typeof portListSchema>

export const deviceSchema = z.object({
  /** The hardware address, or the address of a machine whose hardware address is not seen. */
  id: z.string(),
  mac: z.string().nullable(),
  address: z.string(),
  /** Given in the settings, else what the machine calls itself, else null. */
  name: z.string().nullable(),
  named: z.enum(['settings', 'itself', 'nobody']),
  /** Who made the network card, where the address tells; null for invented (randomised) ones. */
  maker: z.string().nullable(),
  /** Answers now: the kernel's neighbour is reachable, or it sent something in the last minute. */
  present: z.boolean(),
  lastSeenAt: z.number(),
  /** `dhcp`: has a lease; `reserved`: always the same; `fixed`: set on the machine itself */
  addressing: z.enum(['dhcp', 'reserved', 'fixed']),
  connections: z.int(),
  /** Bits per second. */
  rate: z.object({ down: z.number(), up: z.number() }),
  /** Packets a second that the box refused in the last second, because it sent more than a machine may. */
  refused: z.number().default(0),
  /** Bytes since the box started. */
  bytes: z.object({ down: z.number(), up: z.number() }),
})
export type Device = z.infer<typeof deviceSchema>
export const deviceListSchema = z.object({ at: z.number(), devices: z.array(deviceSchema) })
export type DeviceList = z.infer<typeof deviceListSchema>

export const timeStatusSchema = z.object({
  running: z.boolean(),
  problem: z.string().nullable(),
  synchronised: z.boolean(),
  /** Seconds that the clock is off, as far as known. */
  offset: z.number().nullable(),
  sources: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['used', 'good', 'silent', 'wrong']),
      offset: z.number().nullable(),
    }),
  ),
})
export type TimeStatus = z.infer<typeof timeStatusSchema>

/**
 * The home network as the box holds it: its own address there, and the size of the network.
 *
 * `system`: the operating system gives the LAN interfaces their addresses (a Linux box that Bauta was added to).
 * `box`: Bauta joins every LAN interface to one bridge and gives that the address.
 */
import { z } from 'zod'
import { formatNetwork, maskOfBits, parseAddress, parseNetwork } from './address.ts'
import { isHostLabel } from './names.ts'

/** The bridge that all LAN ports belong to where the box itself makes the network. */
export const LAN_BRIDGE = 'br-lan'

/** RFC 1918 and RFC 6598: addresses that a household may use inside. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].map(
  (text) => parseNetwork(text) as Exclude<ReturnType<typeof parseNetwork>, string>,
)

/** @param address unsigned 32-bit number */
export const isPrivate = (address: number): boolean =>
  PRIVATE.some(({ address: network, mask }) => (address & mask) >>> 0 === network)

/** Networks proposed for the home, in order; the first that does not clash with the provider's is taken. */
export const LAN_PROPOSALS = [
  '192.168.77.1/24',
  '192.168.177.1/24',
  '10.77.0.1/24',
  '172.29.77.1/24',
] as const

export const lanSchema = z
  .strictObject({
    addressing: z.enum(['system', 'box']),
    /** The box's own address in the home network; without meaning where the system gives it. */
    address: z.string().refine((text) => parseAddress(text) !== null, {
      error: (issue) =>
        issue.input === '' ? 'the address is missing' : `“${issue.input}” is not an IPv4 address`,
    }),
    /** Length of the network's prefix: 24 has room for 253 machines. */
    bits: z
      .int('whole number, please')
      .min(16, 'a home network has /16 to /29')
      .max(29, 'a home network has /16 to /29'),
    /** The box's own name; `name.localDomain` and `bauta.lan` lead to its page. */
    name: z.string().refine(isHostLabel, {
      error: (issue) =>
        `“${issue.input}” cannot be the name of a machine; write letters, digits and hyphens, 63 at most`,
    }),
  })
  .superRefine((lan, context) => {
    const address = parseAddress(lan.address)
    if (lan.addressing === 'system' || address === null || lan.bits < 16 || lan.bits > 29) return
    const fault = (message: string) => context.addIssue({ code: 'custom', path: ['address'], message })
    const mask = maskOfBits(lan.bits)
    const network = (address & mask) >>> 0
    if (address === network)
      fault(`${lan.address} names the network itself; the box may be ${nextTo(network, 1)}, for instance`)
    else if (address === (network | ~mask) >>> 0)
      fault(`${lan.address} is the broadcast address; the box may be ${nextTo(network, 1)}, for instance`)
    else if (!isPrivate(address))
      fault(
        `${lan.address} belongs to somebody in the Internet; take a private address, such as 192.168.77.1 or 10.77.0.1`,
      )
  })

export type Lan = z.infer<typeof lanSchema>

const nextTo = (network: number, by: number): string =>
  formatNetwork({ address: (network + by) >>> 0, mask: 0xffffffff })

export const LAN_BY_SYSTEM: Lan = { addressing: 'system', address: '192.168.77.1', bits: 24, name: 'bauta' }

/** The DHCP server for the home network; rendered into dnsmasq's configuration by the dataplane. */
import { z } from 'zod'
import { parseAddress } from './address.ts'
import { isHostLabel } from './names.ts'

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/

/** @param text as people write it: any case, with : or - or nothing between @returns `aa:bb:cc:dd:ee:ff` or null */
export function normalMac(text: string): string | null {
  const digits = text.trim().toLowerCase().replaceAll(/[:.-]/g, '')
  return /^[0-9a-f]{12}$/.test(digits) ? digits.match(/../g)!.join(':') : null
}

export const macAddress = z
  .string()
  .regex(MAC, 'a hardware address has six pairs of hexadecimal digits: 3c:22:fb:10:20:30')

const address = z.string().refine((text) => parseAddress(text) !== null, {
  error: (issue) =>
    issue.input === '' ? 'the address is missing' : `“${issue.input}” is not an IPv4 address`,
})

export const dhcpSchema = z
  .strictObject({
    enabled: z.boolean(),
    /** First and last address that is given away, both ends inclusive. */
    from: address,
    to: address,
    /** Seconds that a lease holds. BBF TR-124 LAN.DHCPS: 24 hours by default. */
    leaseSeconds: z
      .int('whole seconds, please')
      .min(120, 'at least 120 seconds')
      .max(30 * 86_400, 'at most 30 days'),
    /** DHCP option 6; empty: the box itself. */
    dnsServers: z.array(address).max(4, 'at most 4 DNS servers'),
    /** DHCP option 42; empty: the box itself, where it serves time. */
    ntpServers: z.array(address).max(4, 'at most 4 time servers'),
    /** Machines that get the same address, or a name, every time. */
    reservations: z
      .array(
        z.strictObject({
          mac: macAddress,
          /** Null: whichever is free; the entry then only names the machine. */
          address: address.nullable(),
          /** Name in the local domain; empty: what the machine calls itself. */
          name: z.string().refine((text) => text === '' || isHostLabel(text), {
            error: (issue) =>
              `“${issue.input}” cannot be the name of a machine; write letters, digits and hyphens, 63 at most`,
          }),
        }),
      )
      .max(500, 'at most 500 reservations'),
  })
  .superRefine((dhcp, context) => {
    const fault = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message })
    const [from, to] = [parseAddress(dhcp.from), parseAddress(dhcp.to)]
    if (from !== null && to !== null && from > to) fault(['to'], `the last address comes before ${dhcp.from}`)
    dhcp.reservations.forEach(({ mac, address: wanted, name }, i) => {
      const before = dhcp.reservations.slice(0, i)
      if (before.some((other) => other.mac === mac))
        fault(['reservations', i, 'mac'], `${mac} is listed twice`)
      if (wanted !== null && before.some((other) => other.address === wanted))
        fault(['reservations', i, 'address'], `${wanted} is reserved twice`)
      if (name !== '' && before.some((other) => other.name.toLowerCase() === name.toLowerCase()))
        fault(['reservations', i, 'name'], `${name} is given twice`)
    })
  })

export type Dhcp = z.infer<typeof dhcpSchema>
export type Reservation = Dhcp['reservations'][number]

export const NO_DHCP: Dhcp = {
  enabled: false,
  from: '192.168.77.100',
  to: '192.168.77.249',
  leaseSeconds: 86_400,
  dnsServers: [],
  ntpServers: [],
  reservations: [],
}

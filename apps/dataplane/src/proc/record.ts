/** What the /proc files of masquerading have in common: records of fixed length, hexadecimal fields, free ports. */

/** Free masquerade ports per protocol, in the order 2.2 printed them. */
export interface FreePorts {
  readonly udp: number
  readonly tcp: number
  readonly icmp: number
}

/** Readers of 2.2 seek to record n at n × length: every line is padded. @param length with the newline */
export const record = (line: string, length: number): string => `${line.padEnd(length - 1)}\n`

/** @param digits as many as the field is wide; upper case, as 2.2 printed */
export const hex = (value: number, digits: number): string =>
  value.toString(16).toUpperCase().padStart(digits, '0')

/** @returns e.g. `C0A80102:0464` */
export const hexSocket = (address: number, port: number): string => `${hex(address, 8)}:${hex(port, 4)}`

/** @returns e.g. `(free=40959,40956,40960)` */
export const freeText = ({ udp, tcp, icmp }: FreePorts): string => `(free=${udp},${tcp},${icmp})`

/**
 * ipchains and iptables never ran at the same time: each kernel module kept the other one out, with a message that led astray. Here
 * it is said plainly.
 */
import type { Dialect } from '@bauta/config'
import type { Program } from './commands.ts'

export const dialectOf = (program: Program): Dialect =>
  program.startsWith('iptables') ? 'netfilter' : 'classic'

/** @returns what to say to a command of the other dialect, or null where it fits */
export function wrongDialect(program: Program, dialect: Dialect): string | null {
  const needed = dialectOf(program)
  // Port forwards of ipmasqadm are no rules.
  if (needed === dialect || program === 'ipmasqadm') return null
  const instead = dialect === 'classic' ? 'ipchains or ipfwadm' : 'iptables'
  return (
    `${program} works on rules of the ${needed} dialect, and this box's rules are in the ${dialect} one: the two do not live together. ` +
    `Use ${instead}, or switch the dialect on the Rules page or by importing a script.`
  )
}

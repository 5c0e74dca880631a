/** What is known of forwards without their schema (forwards.ts), which the packet thread does not read. */
import type { Forwards } from './forwards.ts'

export const FORWARD_PROTOCOLS = ['tcp', 'udp', 'both', 'all'] as const
export type ForwardProtocol = (typeof FORWARD_PROTOCOLS)[number]

export const NO_FORWARDS: Forwards = { list: [], triggers: [], consoles: [], marks: [] }

export const usesTcp = (protocol: ForwardProtocol): boolean => protocol === 'tcp' || protocol === 'both'
export const usesUdp = (protocol: ForwardProtocol): boolean => protocol === 'udp' || protocol === 'both'

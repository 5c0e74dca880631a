/** ICMP types as this router tells them apart (RFC 792, 950, 5508). */

export const ICMP = {
  echoReply: 0,
  unreachable: 3,
  sourceQuench: 4,
  redirect: 5,
  echoRequest: 8,
  timeExceeded: 11,
  parameterProblem: 12,
  timestampRequest: 13,
  timestampReply: 14,
  informationRequest: 15,
  informationReply: 16,
  maskRequest: 17,
  maskReply: 18,
} as const

/** @returns whether bytes 4 and 5 of this type are an identifier: the queries and their replies */
export function icmpHasId(type: number): boolean {
  return type === ICMP.echoRequest || type === ICMP.echoReply || (type >= 13 && type <= 18)
}

/** @returns whether a packet of this type quotes another packet and must never be answered with an error */
export function icmpIsError(type: number): boolean {
  return (type >= 3 && type <= 5) || type === ICMP.timeExceeded || type === ICMP.parameterProblem
}

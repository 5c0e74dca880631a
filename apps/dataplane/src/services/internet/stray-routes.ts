/**
 * Routes that the provider's DHCP server gave (option 121) and that lead into the house: a part of the home network would be sought
 * outside, and with it the answers of the admin page (CVE-2024-3661 is the same trick played on a VPN). They are never wanted.
 */
import type { LinkRoute, Links } from '../../links.ts'

/** @returns routes over `port` to a network, or a part of one, in which the box has an address on another device */
export function routesIntoTheHouse(port: string, { devices, routes }: Links): LinkRoute[] {
  const others = [...devices.values()].filter(({ name }) => name !== port)
  const house = others.flatMap(({ addresses }) => addresses)
  const own = devices.get(port)?.addresses ?? []
  const covers = (net: { address: number; mask: number }, { network, mask }: LinkRoute) =>
    mask >= net.mask && (network & net.mask) >>> 0 === (net.address & net.mask) >>> 0
  // The network of its own address there: that both are the same is another fault, which home/clash.ts tells of.
  const isOwn = ({ network, mask }: LinkRoute) =>
    own.some((net) => net.mask === mask && (net.address & net.mask) >>> 0 === network)
  return routes.filter(
    (route) => route.device === port && !isOwn(route) && house.some((net) => covers(net, route)),
  )
}

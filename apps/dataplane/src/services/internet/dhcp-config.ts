/**
 * dhcpcd's file, as text, from the settings: one port, IPv4 only, and nothing of the system touched but that port.
 *
 * Understood by 9.4 and 10.1. Every value comes from a checked schema: a host label, a folder of our own.
 */
export interface DhcpWish {
  /** DHCP option 12; null: none is sent. */
  hostname: string | null
}

export interface DhcpPaths {
  hook: string
  /** Where the hook puts what the provider gave. */
  lease: string
}

export function renderDhcp({ hostname }: DhcpWish, paths: DhcpPaths): string {
  return [
    '# Written by Bauta from its settings; changes made here are overwritten.',
    'ipv4only',
    'noipv4ll',
    // A provider's equipment that answers ARP for everybody would have every address declined.
    'noarp',
    'nodelay',
    // RFC 2131 4.3.2: ask for the last address first; after these seconds without an answer the last lease is used while it holds
    'reboot 3',
    'lastlease',
    // Ended for an upgrade of the box, it leaves the address where it is.
    'persistent',
    'timeout 0',
    // The hardware address, as most boxes send: some providers know their customers by it.
    'clientid',
    'vendorclassid bauta',
    ...(hostname === null ? [] : [`hostname ${hostname}`]),
    'option subnet_mask, broadcast_address, routers, classless_static_routes, domain_name_servers, interface_mtu',
    'nodev',
    `env BAUTA_LEASE=${paths.lease}`,
    `script ${paths.hook}`,
    '',
  ].join('\n')
}

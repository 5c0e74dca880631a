/**
 * The point-to-point WAN: a TUN named ppp0 in the router, whose other end is a TUN at the provider. The kernel here has no
 * PPP; a TUN is the same kind of device to everything above it (no link header, no ARP), and one pump carries packets across.
 */
import path from 'node:path'
import type { Lab } from './lab.ts'
import { placePppLine } from './network.ts'
import { WANS } from './plan.ts'
import { attempt, until } from './shell.ts'

export async function layPppLine(lab: Lab): Promise<void> {
  const { device, providerDevice } = WANS.ppp0
  const { namespaces } = lab.record
  lab.start('ppp-pump', 'isp', [
    process.execPath,
    path.join(import.meta.dirname, 'ppp-pump.ts'),
    device,
    providerDevice,
  ])
  // The pump makes both ends where it lives; one then moves to the router.
  for (const name of [device, providerDevice])
    await until(`device ${name}`, 5, () => attempt(['ip', '-n', namespaces.isp, 'link', 'show', name]))
  placePppLine(namespaces)
}

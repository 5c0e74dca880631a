/** The box gives the household its addresses: a fresh appliance, and machines that ask. */
import { expect, it } from 'vitest'
import { LAN } from '../lab/plan.ts'
import { macOf } from './harness/dhcp-client.ts'
import { describeLab } from './harness/lab-test.ts'

describeLab('a fresh appliance', { wan: 'dhcp', appliance: true }, (stage) => {
  it('gives the first machine an address, itself as router and name server, the domain, and 24 hours', async () => {
    const machines = [{ mac: macOf(1), hostname: 'laptop' }]
    const [granted] = await stage.on.lan1.dhcpObtain({ device: 'eth0', machines })
    expect(granted).toMatchObject({
      server: LAN.router,
      router: LAN.router,
      dnsServers: [LAN.router],
      ntpServers: [LAN.router],
      domain: 'home.arpa',
      leaseSeconds: 86_400,
    })
    expect(granted!.address).toMatch(/^192\.168\.77\.\d+$/)
  })
})

/** What a wizard and a worried person ask: which port leads out and how, and where it is stuck. */
import { expect, it } from 'vitest'
import { SERVERS, WANS } from '../lab/plan.ts'
import { stopProcesses } from '../lab/processes.ts'
import { sleep, until } from '../lab/shell.ts'
import { describeLab } from './harness/lab-test.ts'

const { address, gateway, device, providerDevice } = WANS.dhcp

describeLab('asking the wires', { wan: 'dhcp' }, (stage) => {
  const up = () =>
    until('up', 10, async () => (await stage.dataplane.internet()).connections[0]!.state === 'up')
  const steps = async () =>
    Object.fromEntries(
      (await stage.dataplane.checkInternet()).steps.map(({ name, state, text, advice }) => [
        name,
        { state, text, advice },
      ]),
    )
  const ok = (text: string | RegExp) => ({
    state: 'ok',
    text: typeof text === 'string' ? text : expect.stringMatching(text),
    advice: null,
  })

  it('all is well: six green lines', async () => {
    await up()
    expect(await steps()).toEqual({
      cable: ok('the cable at wan0 is plugged in'),
      address: ok(`the address is ${address}, by DHCP`),
      gateway: ok(`the provider’s router ${gateway} answers`),
      dns: ok(`www.example.org is ${SERVERS['www.example.org']}`),
      mtu: ok('packets of 1500 bytes pass whole'),
      site: ok('www.example.org answers'),
    })
  })

  it('a DHCP server is found on the port that has one, and the lease in use is not disturbed', async () => {
    const before = (await stage.dataplane.internet()).connections[0]!
    const { ports, wan } = await stage.dataplane.probe()
    expect(wan).toEqual({ device, method: 'dhcp' })
    expect(ports).toEqual([
      { device: 'lan0', carrier: true, dhcp: null, pppoe: null },
      { device, carrier: true, dhcp: { server: gateway, address, bits: 24, gateway }, pppoe: null },
    ])
    const after = (await stage.dataplane.internet()).connections[0]!
    expect(after).toMatchObject({ state: 'up', address: before.address, lease: before.lease })
  })

  it('a PPPoE concentrator is found, beside a DHCP server or alone', async () => {
    const server = stage.lab.start('provider-pppoe', 'isp', [
      'pppoe-server',
      '-F',
      ...['-I', providerDevice, '-C', 'bauta-provider', '-S', 'gold'],
    ])
    try {
      await sleep(500)
      const found = async () => (await stage.dataplane.probe()).ports.find((port) => port.device === device)!
      const both = await found()
      expect(both.pppoe).toEqual({ concentrator: 'bauta-provider', services: ['gold'] })
      expect(both.dhcp?.address).toBe(address)
      expect((await stage.dataplane.probe()).wan).toEqual({ device, method: 'pppoe' })
      await stage.lab.silence()
      expect(await found()).toMatchObject({ dhcp: null, pppoe: { services: ['gold'] } })
    } finally {
      await stopProcesses([server])
    }
    const nobody = await stage.dataplane.probe()
    expect(nobody.wan).toBe(null)
  })

  it('the first red line is the one to read', async () => {
    stage.lab.wanDown()
    await until(
      'noticed',
      5,
      async () => (await stage.dataplane.internet()).connections[0]!.state === 'failed',
    )
    const cut = await steps()
    expect(cut.cable).toEqual({
      state: 'failed',
      text: 'no carrier at wan0',
      advice: expect.stringMatching(/^Plug the cable in/),
    })
    expect(['address', 'gateway', 'dns', 'mtu', 'site'].map((name) => cut[name]!.state)).toEqual(
      Array(5).fill('skipped'),
    )
    expect((await stage.dataplane.probe()).ports.find((port) => port.device === device)!.carrier).toBe(false)

    stage.lab.wanUp() // the cable is back; the DHCP server is silent since before
    await until('noticed', 15, async () => {
      const now = await steps()
      return now.cable!.state === 'ok' && now.address!.state === 'failed'
    })
    const silent = await steps()
    expect(silent.address!.advice).toMatch(/^Switch the modem off and on/)
    expect(silent.site!.state).toBe('skipped')
  })
})

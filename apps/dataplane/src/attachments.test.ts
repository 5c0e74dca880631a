import { defaultSnapshot, type Snapshot } from '@bauta/config'
import { expect, test } from 'vitest'
import { Attachments } from './attachments.ts'
import type { DeviceLink, Links } from './links.ts'

const settings = (...list: Snapshot['interfaces']['list']) => defaultSnapshot(list)
const link = (name: string, ifindex: number): DeviceLink => {
  const addresses = [{ address: ifindex, mask: 1, bits: 24 }]
  return { name, ifindex, up: true, mtu: 1500, mac: null, addresses }
}
const links = (...list: (readonly [string, number])[]): Links => ({
  devices: new Map(list.map(([name, ifindex]) => [name, link(name, ifindex)])),
  routes: [],
})

test('the door follows what the settings and the kernel say', () => {
  const diary: string[] = []
  const attachments = new Attachments({
    door: {
      attach: ({ device, tun, role }) => diary.push(`attach ${device} ${tun} ${role}`),
      attachBox: (tun) => diary.push(`box ${tun}`),
      detach: (device) => diary.push(`detach ${device}`),
      setOwn: (addresses) => diary.push(`own ${addresses}`),
    },
    prepareTun: (tun) => diary.push(`tun ${tun}`),
    prepareInterface: (device) => diary.push(`prepare ${device}`),
  })
  const after = (snapshot: Snapshot, now: Links) => {
    diary.length = 0
    attachments.reconcile(snapshot, now)
    return diary
  }
  const both = settings({ name: 'lan0', role: 'lan' }, { name: 'wan0', role: 'wan' })
  const first = ['own 2', 'tun m-box', 'box m-box', 'prepare lan0', 'tun m-lan0', 'attach lan0 m-lan0 lan']
  expect(after(both, links(['lan0', 2]))).toEqual(first)
  expect(after(both, links(['lan0', 2]))).toEqual([])
  const wan = ['own 2,3', 'prepare wan0', 'tun m-wan0', 'attach wan0 m-wan0 wan']
  expect(after(both, links(['lan0', 2], ['wan0', 3]))).toEqual(wan)
  const back = ['own 2,9', 'detach wan0', 'prepare wan0', 'tun m-wan0', 'attach wan0 m-wan0 wan']
  expect(after(both, links(['lan0', 2], ['wan0', 9]))).toEqual(back)
  const moved = settings({ name: 'lan0', role: 'lan' }, { name: 'wan0', role: 'unused' })
  expect(after(moved, links(['lan0', 2], ['wan0', 9]))).toEqual(['detach wan0'])
  expect(after(moved, links())).toEqual(['own ', 'detach lan0'])
})

/** The guest in which somebody dials in: its namespaces, and the words in which its findings are judged. */
import path from 'node:path'
import { expect } from 'vitest'
import { ROOT } from '../lab/record.ts'

export const ADDRESSES = ['192.168.77.201', '192.168.77.202']
/** @param program what goes on inside, from the checkout's root */
export const dialinScript = (program: string): string => `
for module in veth bridge tun sch_ingress cls_bpf ppp_async ppp_deflate slip; do modprobe $module; done
ip link set lo up
for space in caller home isp; do ip netns add $space; ip -n $space link set lo up; done
ip link add lan0 type veth peer name eth0 netns home
ip link add wan0 type veth peer name line0 netns isp
ip -n home link set eth0 up
ip -n home address add 192.168.77.11/24 dev eth0
ip -n home route add default via 192.168.77.1 || true
ip -n isp link set line0 up
ip -n isp address add 198.51.100.1/24 dev line0
ip -n isp address add 93.184.216.34/32 dev lo
ip link set lan0 up
ip link set wan0 up
cd ${ROOT} && BAUTA_PATIENCE=8 ${path.join(ROOT, 'node_modules/.bin/node')} ${program}`

export const on = (place: number, name: string) => ({
  interface: `dialin${place}`,
  address: ADDRESSES[place],
  state: 'on',
  problem: null,
  caller: { name, since: expect.any(Number) },
})
export const ended = (text: string, failed: boolean) => ({ text, failed, at: expect.any(Number) })

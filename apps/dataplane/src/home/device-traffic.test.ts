import { expect, it } from 'vitest'
import { DeviceTraffic } from './device-traffic.ts'

const TV = 0xc0a84d14

function second(traffic: DeviceTraffic, now: number, ...connections: [up: number, down: number][]): void {
  traffic.begin()
  for (const [up, down] of connections) traffic.add(TV, up, down, now)
  traffic.end(1, now)
}

it('adds up what a machine’s connections carry, and keeps it when they end', () => {
  const traffic = new DeviceTraffic()
  second(traffic, 1000, [100, 5000], [10, 0])
  second(traffic, 2000, [0, 5000])
  second(traffic, 3000)
  expect(traffic.machines.get(TV)).toMatchObject({ up: 110, down: 10_000, connections: 0, at: 2000 })
})

it('comes close to the true rate within seconds, and to nothing after', () => {
  const traffic = new DeviceTraffic()
  for (let i = 0; i < 10; i++) second(traffic, i * 1000, [0, 125_000])
  expect(traffic.machines.get(TV)!.downRate).toBeGreaterThan(990_000)
  for (let i = 10; i < 30; i++) second(traffic, i * 1000)
  expect(traffic.machines.get(TV)!.downRate).toBeLessThan(50)
})

it('forgets a machine a day after it fell silent, and never holds more than it has room for', () => {
  const traffic = new DeviceTraffic()
  second(traffic, 0, [1, 1])
  second(traffic, 25 * 3600 * 1000)
  expect(traffic.machines.size).toBe(0)
  for (let i = 0; i < 10_000; i++) traffic.add(i, 1, 1, 0)
  expect(traffic.machines.size).toBe(4096)
})

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { dhcpPaths } from './dhcp-paths.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bauta-dhcp-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

it('keeps leases with the state', () => {
  const { leases } = dhcpPaths({ stateDir: join(dir, 'state'), runDir: join(dir, 'run') })
  expect(leases).toBe(join(dir, 'state/dhcp/leases'))
})

it('keeps them with what runs where the state cannot be written: no file can be made below a file', () => {
  writeFileSync(join(dir, 'state'), '')
  const { leases } = dhcpPaths({ stateDir: join(dir, 'state'), runDir: join(dir, 'run') })
  expect(leases).toBe(join(dir, 'run/dhcp/leases'))
})

it('starts without old leases where they can be neither written nor read', () => {
  const [stateDir, runDir] = [join(dir, 'state'), join(dir, 'run')]
  mkdirSync(join(stateDir, 'dhcp/leases'), { recursive: true })
  expect(dhcpPaths({ stateDir, runDir }).leases).toBe(join(runDir, 'dhcp/leases'))
})

it('leaves leases alone that are there already', () => {
  const [stateDir, runDir] = [join(dir, 'state'), join(dir, 'run')]
  mkdirSync(join(stateDir, 'dhcp'), { recursive: true })
  writeFileSync(join(stateDir, 'dhcp/leases'), 'as they were')
  expect(readFileSync(dhcpPaths({ stateDir, runDir }).leases, 'utf8')).toBe('as they were')
})

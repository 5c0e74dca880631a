import { PORT_PRESETS, TIMEOUT_PRESETS } from '@bauta/config'
import { expect, it } from 'vitest'
import { portPreset, portsIn, timeoutPreset } from './preset.ts'

it('knows a preset by its values, and one changed value makes it one’s own', () => {
  expect(timeoutPreset({ ...TIMEOUT_PRESETS.classic })).toBe('classic')
  expect(timeoutPreset({ ...TIMEOUT_PRESETS.standard })).toBe('standard')
  expect(timeoutPreset({ ...TIMEOUT_PRESETS.standard, udp: 10 })).toBe('own')
  expect(portPreset({ ...PORT_PRESETS.classic })).toBe('classic')
  expect(portPreset({ ...PORT_PRESETS.classic, counting: 'exact' })).toBe('own')
})

it('counts both ends, and nothing where there is no range', () => {
  expect(portsIn({ ...PORT_PRESETS.classic })).toBe(4096)
  expect(portsIn({ ...PORT_PRESETS.standard })).toBe(64_512)
  expect(portsIn({ ...PORT_PRESETS.standard, from: 5000, to: 4000 })).toBeNull()
})

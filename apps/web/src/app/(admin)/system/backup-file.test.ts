import { expect, it } from 'vitest'
import { backupIn, fileName } from './backup-file.ts'

const file = (text: string, size = text.length) => ({ name: 'b.json', size, text: async () => text })

it('reads JSON, and says what is wrong with anything else', async () => {
  expect(await backupIn(file('{"bauta": "backup"}'))).toEqual({ content: { bauta: 'backup' } })
  expect(await backupIn(file('%PDF-1.7'))).toMatch(/^b\.json is not a backup of Bauta/)
  expect(await backupIn(file('{}', 6_000_000))).toMatch(/more than 5 MB/)
})

it('is named after its day and revision', () => {
  expect(fileName({ revision: 7 }, new Date(2026, 0, 9))).toBe('bauta-2026-01-09-r7.json')
})

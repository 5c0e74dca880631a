import { expect, it } from 'vitest'
import { HardwareDatabase, isInvented } from './hardware-database.ts'

const settled = () => new Promise((resolve) => setTimeout(resolve, 0))

it('knows the maker the next time it is asked, and asks only once per maker', async () => {
  const asked: string[] = []
  const database = new HardwareDatabase(async (key) => {
    asked.push(key)
    return 'ID_OUI_FROM_DATABASE=Raspberry Pi Trading Ltd\n'
  })
  expect(database.maker('dc:a6:32:01:02:03')).toBeNull()
  await settled()
  expect(database.maker('dc:a6:32:01:02:03')).toBe('Raspberry Pi Trading Ltd')
  expect(database.maker('dc:a6:32:99:99:99')).toBe('Raspberry Pi Trading Ltd')
  expect(asked).toEqual(['OUI:DCA632010203'])
})

it('asks for no maker of an invented address', () => {
  const database = new HardwareDatabase(() => {
    throw new Error('asked')
  })
  expect(database.maker('da:a6:32:01:02:03')).toBeNull()
  expect(['02', '06', '0a', '0e', 'da'].every((first) => isInvented(`${first}:00:00:00:00:00`))).toBe(true)
  expect(['00', '04', 'dc', '3c'].some((first) => isInvented(`${first}:00:00:00:00:00`))).toBe(false)
})

it('names a port’s hardware by maker and model', async () => {
  const database = new HardwareDatabase(
    async () =>
      'ID_VENDOR_FROM_DATABASE=Intel Corporation\nID_MODEL_FROM_DATABASE=Ethernet Controller I226-V\n',
  )
  database.model('pci:v00008086d0000125C')
  await settled()
  expect(database.model('pci:v00008086d0000125C')).toBe('Intel Corporation Ethernet Controller I226-V')
})

it('goes without where there is no database', async () => {
  const database = new HardwareDatabase(async () => null)
  database.maker('dc:a6:32:01:02:03')
  await settled()
  expect(database.maker('dc:a6:32:01:02:03')).toBeNull()
  expect(database.model('pci:v1')).toBeNull()
})

it('makes no queue without end of invented machines', async () => {
  let asked = 0
  const database = new HardwareDatabase(() => {
    asked++
    return new Promise(() => undefined)
  })
  let settle = 0
  for (let i = 0; i < 5000; i++) {
    const digits = (i * 4).toString(16).padStart(6, '0').match(/../g)!
    database.maker(`${digits.reverse().join(':').replace(/^./, '0')}:00:00:01`)
    settle++
  }
  await settled()
  expect([settle, asked]).toEqual([5000, 1])
  expect(database.waiting).toBeLessThanOrEqual(50)
})

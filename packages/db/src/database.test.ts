import { describe, expect, it } from 'vitest'
import { WriteFailed } from './database.ts'
import { temporaryDatabase } from './testing.ts'

const host = (name: string, position: number) => ({ name, position, address: '192.168.77.9' })

describe('the connection that writes', () => {
  it('is really set to survive a power cut', async () => {
    await using home = temporaryDatabase()
    const FULL = 2n
    expect(BigInt(Number(await home.db.writerPragma('synchronous')))).toBe(FULL)
    expect(await home.db.writerPragma('journal_mode')).toBe('wal')
    expect(Number(await home.db.writerPragma('foreign_keys'))).toBe(1)
    expect(Number(await home.db.writerPragma('busy_timeout'))).toBe(2000)
  })
  it('keeps those settings inside a transaction and after one', async () => {
    await using home = temporaryDatabase()
    const inside = await home.db.write((tx) =>
      tx.$queryRawUnsafe<{ synchronous: bigint }[]>('PRAGMA synchronous'),
    )
    expect(Number(inside[0]!.synchronous)).toBe(2)
    expect(Number(await home.db.writerPragma('synchronous'))).toBe(2)
  })
})

describe('transactions', () => {
  it('undo everything when the work fails', async () => {
    await using home = temporaryDatabase()
    const work = home.db.write(async (tx) => {
      await tx.dnsHost.create({ data: host('nas', 0) })
      throw new Error('the dataplane said no')
    })
    await expect(work).rejects.toThrow('the dataplane said no')
    expect(await home.db.reader.dnsHost.count()).toBe(0)
    await home.db.write((tx) => tx.dnsHost.create({ data: host('nas', 0) }))
    expect(await home.db.reader.dnsHost.count()).toBe(1)
  })
  it('are invisible to readers, and do not hold them up', async () => {
    await using home = temporaryDatabase()
    await home.db.write(async (tx) => {
      await tx.dnsHost.create({ data: host('nas', 0) })
      expect(await home.db.reader.dnsHost.count()).toBe(0)
    })
    expect(await home.db.reader.dnsHost.count()).toBe(1)
  })
  it('run one after the other, so that a second one is not undone with the first', async () => {
    await using home = temporaryDatabase()
    const order: string[] = []
    const first = home.db.write(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      order.push('first')
      throw new Error('no')
    })
    const second = home.db.write(async (tx) => {
      order.push('second')
      await tx.dnsHost.create({ data: host('nas', 0) })
    })
    await expect(first).rejects.toThrow('no')
    await second
    expect(order).toEqual(['first', 'second'])
    expect(await home.db.reader.dnsHost.count()).toBe(1)
  })
  it('tell a failed commit from failed work, and leave a usable connection', async () => {
    await using home = temporaryDatabase()
    const failing = home.db.write(async (tx) => {
      await tx.$executeRawUnsafe('PRAGMA defer_foreign_keys = ON')
      await tx.$executeRawUnsafe(`INSERT INTO DnsDomainServer VALUES ('nowhere.example', 0, '9.9.9.9')`)
    })
    await expect(failing).rejects.toThrow(WriteFailed)
    await home.db.write((tx) => tx.dnsHost.create({ data: host('nas', 0) }))
    expect(await home.db.reader.dnsHost.count()).toBe(1)
    expect(await home.db.reader.dnsDomainServer.count()).toBe(0)
  })
  it('cannot be written on the reading side', async () => {
    await using home = temporaryDatabase()
    await expect(home.db.reader.dnsHost.create({ data: host('nas', 0) })).rejects.toThrow(/readonly/)
  })
})

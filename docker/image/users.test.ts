import { expect, test } from 'vitest'
import { accountFiles, GROUPS, USERS } from './users.ts'

test('no user has a password, and only root a shell', () => {
  const { passwd, shadow } = accountFiles()
  expect(shadow!.trim().split('\n')).toHaveLength(USERS.length)
  for (const line of shadow!.trim().split('\n')) expect(line.split(':')[1]).toBe('*')
  const shells = passwd!
    .trim()
    .split('\n')
    .filter((line) => !line.endsWith(':/usr/sbin/nologin'))
  expect(shells).toEqual(['root:x:0:0:root:/root:/bin/sh'])
})

test('every number is given once', () => {
  expect(new Set(USERS.map(({ id }) => id)).size).toBe(USERS.length)
  expect(new Set(Object.values(GROUPS)).size).toBe(Object.keys(GROUPS).length)
})

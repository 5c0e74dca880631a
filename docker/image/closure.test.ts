import { expect, test } from 'vitest'
import { closure } from './closure.ts'
import type { Lock } from './npm-package.ts'

const LOCK: Lock = {
  'apps/web': { version: '1', dependencies: { '@bauta/config': '*', next: '16', uplot: '1' } },
  'packages/config': { version: '1', dependencies: { zod: '4' } },
  'node_modules/@bauta/config': { version: '', link: true, resolved: 'packages/config' },
  'node_modules/next': { version: '16', dependencies: { helper: '1', sharp: '1' } },
  'node_modules/next/node_modules/helper': { version: '1' },
  'node_modules/helper': { version: '2' },
  'node_modules/zod': { version: '4' },
  'node_modules/vitest': { version: '5' },
}

test('a workspace’s packages, nested ones before those above, without what only a build needs', () => {
  expect(closure(LOCK, ['apps/web'])).toEqual([
    'apps/web',
    'node_modules/next',
    'node_modules/next/node_modules/helper',
    'node_modules/zod',
    'packages/config',
  ])
})

test('a package that the lock file does not know is named', () => {
  expect(() => closure({ 'apps/web': { version: '1', dependencies: { gone: '1' } } }, ['apps/web'])).toThrow(
    /no gone, which apps\/web/,
  )
})

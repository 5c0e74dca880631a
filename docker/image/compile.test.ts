import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { compileTree, toJavaScript } from './compile.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'bauta-compile-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('types go, places stay, and what named a source names what became of it', () => {
  const source = `import type { A } from './a.ts'\nimport { b } from "../b.ts"\nexport const c: A = b as A\nnew URL('./d.ts', import.meta.url)\nsay('not.ts')\n`
  const result = toJavaScript(source, (name) => ['../b.ts', './d.ts'].includes(name))
  expect(result.split('\n')[1]).toBe(`import { b } from "../b.js"`)
  expect(result.split('\n')[2]!.replace(/ +/g, ' ')).toBe('export const c = b ')
  expect(result).toContain(`new URL('./d.js'`)
  expect(result).toContain(`say('not.ts')`)
})

test('a tree of packages runs as JavaScript', async () => {
  const put = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  put('packages/one/package.json', '{ "type": "module", "exports": { ".": "./src/index.ts" } }')
  put('packages/one/src/index.ts', `export { two } from './two.ts'\nexport type X = number\n`)
  put('packages/one/src/two.ts', 'export const two: number = 2\n')
  put('packages/one/src/page.tsx', 'export const page = <p />\n')
  compileTree(folder)
  expect(readdirSync(path.join(folder, 'packages/one/src')).sort()).toEqual(['index.js', 'two.js'])
  const { default: described } = await import(path.join(folder, 'packages/one/package.json'), {
    with: { type: 'json' },
  })
  expect(described.exports).toEqual({ '.': './src/index.js' })
  expect(await import(path.join(folder, 'packages/one/src/index.js'))).toMatchObject({ two: 2 })
})

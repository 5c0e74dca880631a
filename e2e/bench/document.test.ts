import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { DOCUMENT, documentOf, FOLDER, filesOf } from './document.ts'
import { BEGIN, END, withFigures } from './document-text.ts'
import { load, type Result, save } from './result.ts'
import type { Scenario } from './scenario.ts'

const bulk: Scenario = {
  name: 'bulk',
  title: 'Bulk TCP',
  softwares: ['bauta', 'nftables'],
  rows: [
    { key: 'up', what: 'TCP up', unit: 'Gbit/s', scale: 1e-9, digits: 1, more: true, plot: 'Bulk TCP' },
    { key: 'rest', what: 'not drawn', unit: 's', scale: 1, digits: 0, more: false },
  ],
  measure: async function* () {},
}
const result: Result = {
  format: 2,
  at: '2026-11-27T09:20:00.000Z',
  command: '--runs 1 --offload auto',
  note: 'busy',
  conditions: { kernel: '6', mtu: '1500' },
  figures: { bulk: { bauta: [{ up: 2e9, rest: 1 }], nftables: [{ up: 1e9, rest: 1 }] } },
  failures: [{ run: 1, scenario: 'udp', software: 'bauta', message: 'no answer\nat line 3' }],
}

it('writes tables, plots and failures between the marks, and leaves the rest as it is', () => {
  const before = `# How\n\nprose\n\n${BEGIN}\nold figures\n${END}\n\nmore prose\n`
  const { text, plots } = withFigures(before, [{ name: 'auto', result }], [bulk])
  expect(text.startsWith(`# How\n\nprose\n\n${BEGIN}\n`)).toBe(true)
  expect(text.endsWith(`${END}\n\nmore prose\n`)).toBe(true)
  expect(text).not.toContain('old figures')
  expect(text).toContain('## 2026-11-27: `./bauta bench --runs 1 --offload auto`')
  expect(text).toContain('**Note of whoever ran it:** busy')
  expect(text).toContain('| TCP up, Gbit/s | 2.0 | 1.0 | 2.00× |')
  expect(text).toContain('- run 1, udp with bauta: no answer\n')
  expect(text).toContain('![Bulk TCP](bench/auto-bulk-tcp.svg)')
  expect([...plots.keys()]).toEqual(['auto-bulk-tcp.svg'])
  expect(plots.get('auto-bulk-tcp.svg')).not.toContain('not drawn')
})

it('writing twice changes nothing', () => {
  const once = withFigures(`${BEGIN}${END}`, [{ name: 'auto', result }], [bulk]).text
  expect(withFigures(once, [{ name: 'auto', result }], [bulk]).text).toBe(once)
})

it('a document without the marks is refused', () => {
  expect(() => withFigures('prose', [], [bulk])).toThrow('the document has no')
  expect(() => withFigures(`${END}${BEGIN}`, [], [bulk])).toThrow('the document has no')
})

it('a file that is no result is named', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bauta-bench-'))
  const file = path.join(folder, 'one.json')
  expect(() => load(file)).toThrow(`${file}: there is no such file`)
  writeFileSync(file, '{"summary":[]}')
  expect(() => load(file)).toThrow('not a result of ./bauta bench --json')
  save(file, result)
  expect(load(file)).toEqual(result)
  rmSync(folder, { recursive: true })
})

it('docs/performance.md and its plots are what docs/bench gives', () => {
  const text = readFileSync(DOCUMENT, 'utf8')
  const made = documentOf(text)
  expect(made.text).toBe(text)
  expect(filesOf('.svg')).toEqual([...made.plots.keys()].sort())
  for (const [file, content] of made.plots) {
    const kept = path.join(FOLDER, file)
    expect(existsSync(kept), file).toBe(true)
    expect(readFileSync(kept, 'utf8'), file).toBe(content)
  }
})

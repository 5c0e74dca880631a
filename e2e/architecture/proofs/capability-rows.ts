/** The rows of docs/capabilities.md. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Proof } from '../../rfc/rows.ts'

export interface CapabilityRow {
  number: number
  state: string
  proofs: Proof[]
}

export function capabilityRows(root: string): CapabilityRow[] {
  const text = readFileSync(path.join(root, 'docs/capabilities.md'), 'utf8')
  return text.split('\n').flatMap((line): CapabilityRow[] => {
    const cells = line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('\\|', '|'))
    if (!/^\d+$/.test(cells[0] ?? '')) return []
    const proofs = [...(cells[4] ?? '').matchAll(/`([^`]+\.tsx?)` › ((?:(?!; `).)+)/g)]
    return [
      {
        number: Number(cells[0]),
        state: cells[3]!,
        proofs: proofs.map(([, file = '', title = '']) => ({ file, title })),
      },
    ]
  })
}

/** docs/rfc-compliance.md from the rows and what the tests of each row gave. */
import type { Proof, Row } from './rows.ts'

export type Outcome = 'passed' | 'failed' | 'not run'
/** By `file › title`. */
export type Results = Record<string, Outcome>
export type State = 'passed' | 'part' | 'open' | 'failed' | 'not run'

export const key = ({ file, title }: Proof): string => `${file} › ${title}`

/** A row is only as good as the worst of its tests. */
export function stateOf({ proofs, open }: Row, results: Results): State {
  const outcomes = proofs.map((proof) => results[key(proof)] ?? 'not run')
  if (outcomes.includes('failed')) return 'failed'
  if (outcomes.includes('not run')) return 'not run'
  if (proofs.length === 0) return 'open'
  return open === undefined ? 'passed' : 'part'
}

export function rfcDocument(rows: Row[], results: Results): string {
  const musts = rows.filter(({ level }) => level === 'MUST')
  const passed = musts.filter((row) => stateOf(row, results) === 'passed').length
  const lines = rows.map((row) => {
    const proofs = row.proofs.map(({ file, title }) => `\`${file}\` › ${title}`)
    const proof = [...(row.open ? [row.open] : []), ...proofs].join('; ')
    const cells = [row.id, row.requirement, row.level, row.demand, stateOf(row, results), proof]
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  })
  return `# RFC compliance

What RFC 4787 (UDP), RFC 5382 (TCP) and RFC 5508 (ICMP) demand of a NAT, with RFC 7857 and RFC 6888 where they concern a home, and how
Bauta stands in the preset *standard*: **${passed} of ${musts.length}** rows with a MUST passed. **passed**: every test named beside it did. **part**: they did, and what is missing is
said. **open**: there is no test, and why is said. Generated from \`e2e/rfc/rows.ts\` and the tests' results by \`e2e/architecture/proofs/main.ts\`, the last step of
\`./bauta test\`, which fails when the table was stale; a check (\`e2e/architecture/rfc-compliance.test.ts\`) holds it against both.

| # | requirement | level | demand | state | proof |
|---|---|---|---|---|---|
${lines.join('\n')}
`
}

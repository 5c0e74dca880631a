/** The part of docs/performance.md that is figures: everything between two marks, made from results of the bench. */
import { plot } from './plot.ts'
import type { Result } from './result.ts'
import type { Scenario } from './scenario.ts'
import { cells, type Line, type Section, summarize } from './summary.ts'

export const BEGIN =
  '<!-- figures: written by `./bauta bench --document` from docs/bench/*.json; not by hand -->'
export const END = '<!-- end of figures -->'

export interface Source {
  /** Name of the file without `.json`. */
  name: string
  result: Result
}

export interface Document {
  text: string
  /** Content by name of the file, below docs/bench. */
  plots: Map<string, string>
}

/**
 * @param text of the document as it is
 * @throws where the marks are not there
 */
export function withFigures(
  text: string,
  sources: readonly Source[],
  scenarios: readonly Scenario[],
): Document {
  const begin = text.indexOf(BEGIN)
  const end = text.indexOf(END)
  if (begin < 0 || end < begin) throw new Error(`the document has no “${BEGIN}” before “${END}”`)
  const plots = new Map<string, string>()
  const parts = sources.map((source) => chapter(source, scenarios, plots))
  const figures = [BEGIN, '', ...parts, END].join('\n')
  return { text: text.slice(0, begin) + figures + text.slice(end + END.length), plots }
}

function chapter(
  { name, result }: Source,
  scenarios: readonly Scenario[],
  plots: Map<string, string>,
): string {
  const { at, command, note, conditions, failures } = result
  const lines = [
    `## ${at.slice(0, 10)}: \`./bauta bench ${command}\``,
    '',
    ...(note === null ? [] : [`**Note of whoever ran it:** ${note}`, '']),
    Object.entries(conditions)
      .map(([what, value]) => `${what}: ${value}`)
      .join('; '),
    `(raw figures: [bench/${name}.json](bench/${name}.json)).`,
    '',
  ]
  for (const section of summarize(scenarios, result)) {
    lines.push(`### ${section.title}`, '', runsOf(section), '', ...markdownTable(section), '')
    for (const [title, shown] of plotsOf(section)) {
      const file = `${name}-${slug(title)}.svg`
      plots.set(file, plot(title, shown))
      lines.push(`![${title}](bench/${file})`, '')
    }
  }
  if (failures.length > 0) {
    lines.push('### What failed', '')
    for (const { run, scenario, software, message } of failures)
      lines.push(`- run ${run}, ${scenario} with ${software}: ${message.split('\n')[0]}`)
    lines.push('')
  }
  return lines.join('\n')
}

const runsOf = ({ runs }: Section): string =>
  runs === 1 ? 'One run.' : `Medians of ${runs} runs, in brackets the least and the most.`

function markdownTable(section: Section): string[] {
  const [heads, ...rows] = cells(section)
  const line = (row: readonly string[]) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(heads!), `|${heads!.map((_, i) => (i === 0 ? '---' : '--:')).join('|')}|`, ...rows.map(line)]
}

function plotsOf({ lines }: Section): Map<string, Line[]> {
  const found = new Map<string, Line[]>()
  for (const line of lines) {
    const { plot: title } = line.row
    if (title !== undefined) found.set(title, [...(found.get(title) ?? []), line])
  }
  return found
}

const slug = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

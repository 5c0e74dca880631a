/** Numbers and tables for people. */

/** Names in the network are other people's: no control character of theirs reaches the terminal. */
export const printable = (text: string): string => text.replace(/\p{Cc}|\p{Cf}/gu, '?')

/** @returns e.g. `3 d 4 h`, `12 min 5 s`: the two greatest units */
export function formatDuration(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [Math.floor(seconds) % 60, 's'],
  ]
  const first = parts.findIndex(([value]) => value > 0)
  if (first < 0) return '0 s'
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ')
}

/** @returns three figures and a unit, in steps of 1000: `999 B`, `1.23 kB`, `45.6 Mbit/s` */
export function formatAmount(amount: number, unit: string): string {
  if (amount < 1000) return `${Math.round(amount)} ${unit}`
  const prefixes = ['', 'k', 'M', 'G', 'T', 'P', 'E']
  let value = amount
  let step = 0
  while (value >= 999.5 && step < prefixes.length - 1) {
    value /= 1000
    step++
  }
  return `${value.toPrecision(3)} ${prefixes[step]}${unit}`
}

/** Columns as wide as their widest cell, two blanks apart; those named in `right` are flush right. */
export function formatTable(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths: number[] = []
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length)
    })
  return rows
    .map((row) => {
      const cells = row.map((cell, i) =>
        right.includes(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!),
      )
      return `${cells.join('  ').trimEnd()}\n`
    })
    .join('')
}
